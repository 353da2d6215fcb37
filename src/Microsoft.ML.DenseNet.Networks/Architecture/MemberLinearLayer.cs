namespace Microsoft.ML.DenseNet;

/// <summary>
/// A fully connected layer with separate weights for each member of an ensemble. The members are side by side; member i computes
/// <c>yᵢ = xᵢ Wᵢᵀ + bᵢ</c>. The trainers add it as the output layer; see <c>DenseNetOptions.EnsembleSize</c>.
/// </summary>
internal sealed record MemberLinearLayer : Layer
{
    internal MemberLinearLayer(int members, int units)
    {
        Guard.InRange(members, 1, MaximumMembers, nameof(members));
        Guard.InRange(units, 1, MaximumUnits, nameof(units));
        Members = members;
        Units = units;
    }

    /// <summary>The number of members.</summary>
    public int Members { get; }

    /// <summary>The width of a member's output.</summary>
    public int Units { get; }

    /// <inheritdoc/>
    public override string Kind => "MemberLinear";

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Linear;

    internal override IEnumerable<LayerSetting> Settings => [new("members", Members), new("units", Units)];

    internal override bool IsElementwise => false;

    internal override bool HasManagedGradient => true;

    internal override T Accept<T>(LayerReader<T> reader, LayerNode node, T x) => reader.MemberLinear(node, this, x);

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator)
    {
        var (inputs, outputWidth) = MemberWidths.Of(this, Members, Units, inputWidth, path);
        return new LayerNode(this, path, inputWidth, outputWidth,
            [allocator.Parameter(path, "weight", new TensorStart.LinearWeight(inputs, Units), Members, Units, inputs), allocator.Parameter(path, "bias", new TensorStart.LinearBias(inputs), Members, Units)]);
    }

    internal override string Describe(int inputWidth) => $"members={Members}, in_features={inputWidth / Members}, out_features={Units}";

    /// <inheritdoc/>
    public override string ToString() => $"MemberLinear({Members}, {Units})";
}
