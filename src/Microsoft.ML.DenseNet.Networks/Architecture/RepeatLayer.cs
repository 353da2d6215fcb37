namespace Microsoft.ML.DenseNet;

/// <summary>The input several times side by side: what the members of an ensemble read. The trainers add it; see <c>DenseNetOptions.EnsembleSize</c>.</summary>
public sealed record RepeatLayer : Layer
{
    internal RepeatLayer(int count)
    {
        Guard.InRange(count, 1, MaximumMembers, nameof(count));
        Count = count;
    }

    /// <summary>How many times.</summary>
    public int Count { get; }

    /// <inheritdoc/>
    public override string Kind => "Repeat";

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator)
    {
        long width = (long)inputWidth * Count;
        if (width > MaximumUnits)
            throw new ArgumentException($"Layer '{path}' ({this}) would be {width} wide; at most {MaximumUnits} units are accepted.");
        return new LayerNode(this, path, inputWidth, (int)width, []);
    }

    internal override string Describe(int inputWidth) => $"{Count}";

    /// <inheritdoc/>
    public override string ToString() => $"Repeat({Count})";
}
