namespace Microsoft.ML.DenseNet;

public abstract partial record Layer
{
    /// <summary>
    /// Appends an indicator for each of some inputs: 1 where it is missing (NaN), otherwise 0. The inputs themselves, NaN included, come
    /// first and are unchanged. Shape: [rows, inputs] to [rows, inputs + selected slots].
    /// </summary>
    /// <remarks>
    /// It belongs before an input scaling, which replaces NaN. The trainers' default network begins with it if training rows have missing
    /// values. If it is the first layer of a network that you name, the trainers put the input scaling after it.
    /// </remarks>
    /// <param name="ranges">At least one range of slots; the indicators are in this order.</param>
    /// <exception cref="ArgumentException">There is no range, or one that cannot be part of any input.</exception>
    public static Layer MissingIndicators(params IEnumerable<SlotRange> ranges) => new MissingIndicatorsLayer(new SlotRangeList(ranges));
}

/// <summary>The inputs, and whether some of them are missing; see <see cref="Layer.MissingIndicators(IEnumerable{SlotRange})"/>.</summary>
public sealed record MissingIndicatorsLayer : Layer
{
    private readonly SlotRangeList _ranges;

    internal MissingIndicatorsLayer(SlotRangeList ranges) => _ranges = ranges;

    /// <summary>The slots that have an indicator, in this order.</summary>
    public IReadOnlyList<SlotRange> Ranges => _ranges;

    /// <inheritdoc/>
    public override string Kind => "MissingIndicators";

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Other;

    internal override IEnumerable<LayerSetting> Settings => [new("ranges", Ranges)];

    internal override bool IsElementwise => false;

    internal override bool HasManagedGradient => false;

    /// <summary>The slots that have an indicator, one by one.</summary>
    internal IEnumerable<int> Slots => _ranges.SelectMany(range => Enumerable.Range(range.Start, range.Count));

    internal override T Accept<T>(LayerReader<T> reader, LayerNode node, T x) => reader.MissingIndicators(node, this, x);

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator)
    {
        int end = _ranges.Max(range => range.End);
        if (end > inputWidth)
            throw new ArgumentException($"Layer '{path}' ({this}) has indicators for slots up to {end - 1} (counted from 0), but its input has {inputWidth}.");
        long width = (long)inputWidth + _ranges.Width;
        if (width > MaximumUnits)
            throw new ArgumentException($"Layer '{path}' ({this}) would be {width} wide; at most {MaximumUnits} units are accepted.");
        return new LayerNode(this, path, inputWidth, (int)width, []);
    }

    internal override string Describe(int inputWidth) => _ranges.ToString();

    /// <inheritdoc/>
    public override string ToString() => $"MissingIndicators({_ranges})";
}
