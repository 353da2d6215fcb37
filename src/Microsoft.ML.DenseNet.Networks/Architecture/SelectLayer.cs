namespace Microsoft.ML.DenseNet;

/// <summary>Some of the inputs; see <see cref="Layer.Select(IEnumerable{SlotRange})"/>.</summary>
public sealed record SelectLayer : Layer
{
    internal SelectLayer(SlotRangeList ranges) => Ranges = ranges;

    /// <summary>The slots that are kept, in this order.</summary>
    public SlotRangeList Ranges { get; }

    /// <inheritdoc/>
    public override string Kind => "Select";

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator)
    {
        int end = Ranges.Max(range => range.End);
        if (end > inputWidth)
            throw new ArgumentException($"Layer '{path}' ({this}) selects slots up to {end - 1} (counted from 0), but its input has {inputWidth}.");
        return new LayerNode(this, path, inputWidth, Ranges.Width, []);
    }

    internal override string Describe(int inputWidth) => Ranges.ToString();

    /// <inheritdoc/>
    public override string ToString() => $"Select({Ranges})";
}
