namespace Microsoft.ML.DenseNet;

public abstract partial record Layer
{
    /// <summary>Selects some of the inputs, for branches of a <see cref="Concat"/> that treat parts of the features differently.</summary>
    /// <param name="ranges">At least one range of slots; the output has them in this order.</param>
    /// <exception cref="ArgumentException">There is no range, or one that cannot be part of any input.</exception>
    public static Layer Select(params IEnumerable<SlotRange> ranges) => new SelectLayer(new SlotRangeList(ranges));
}

/// <summary>Some of the inputs; see <see cref="Layer.Select(IEnumerable{SlotRange})"/>.</summary>
public sealed record SelectLayer : Layer
{
    private readonly SlotRangeList _ranges;

    internal SelectLayer(SlotRangeList ranges) => _ranges = ranges;

    /// <summary>The slots that are kept, in this order.</summary>
    public IReadOnlyList<SlotRange> Ranges => _ranges;

    /// <inheritdoc/>
    public override string Kind => "Select";

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Other;

    internal override IEnumerable<LayerSetting> Settings => [new("ranges", Ranges)];

    internal override bool IsElementwise => false;

    internal override bool HasManagedGradient => true;

    internal override T Accept<T>(LayerReader<T> reader, LayerNode node, T x) => reader.Select(node, this, x);

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator)
    {
        int end = _ranges.Max(range => range.End);
        if (end > inputWidth)
            throw new ArgumentException($"Layer '{path}' ({this}) selects slots up to {end - 1} (counted from 0), but its input has {inputWidth}.");
        return new LayerNode(this, path, inputWidth, _ranges.Width, []);
    }

    internal override string Describe(int inputWidth) => _ranges.ToString();

    /// <inheritdoc/>
    public override string ToString() => $"Select({_ranges})";
}
