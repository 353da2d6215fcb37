namespace Microsoft.ML.DenseNet;

/// <summary>Repeats the input side by side, for the members of an ensemble to read. The trainers add it; see <c>DenseNetOptions.EnsembleSize</c>.</summary>
internal sealed record RepeatLayer : Layer
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

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Other;

    internal override IEnumerable<LayerSetting> Settings => [new("count", Count)];

    internal override bool IsElementwise => false;

    internal override bool HasManagedGradient => true;

    internal override T Accept<T>(LayerReader<T> reader, LayerNode node, T x) => reader.Repeat(node, this, x);

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
