namespace Microsoft.ML.DenseNet;

/// <summary>
/// Averages the members of an ensemble, which are side by side, into a prediction. In training it passes its input through, because
/// each member has its own loss. The trainers add it; see <c>DenseNetOptions.EnsembleSize</c>.
/// </summary>
internal sealed record MemberMeanLayer : Layer
{
    internal MemberMeanLayer(int members, MeanKind mean)
    {
        Guard.InRange(members, 1, MaximumMembers, nameof(members));
        Guard.Defined(mean, nameof(mean));
        Members = members;
        Mean = mean;
    }

    /// <summary>The number of members.</summary>
    public int Members { get; }

    /// <summary>What is averaged.</summary>
    public MeanKind Mean { get; }

    /// <inheritdoc/>
    public override string Kind => "MemberMean";

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Other;

    internal override IEnumerable<LayerSetting> Settings => [new("members", Members), new("mean", Mean)];

    internal override bool IsElementwise => false;

    /// <remarks>At a network's end: elsewhere the layers after it would read the members in training and their mean in prediction.</remarks>
    internal override bool HasManagedGradient => true;

    internal override T Accept<T>(LayerReader<T> reader, LayerNode node, T x) => reader.MemberMean(node, this, x);

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator)
    {
        MemberWidths.Of(this, Members, 1, inputWidth, path);
        return new LayerNode(this, path, inputWidth, inputWidth / Members, []);
    }

    internal override string Describe(int inputWidth) => $"members={Members}, of={Mean}";

    /// <inheritdoc/>
    public override string ToString() => $"MemberMean({Members}, {Mean})";
}
