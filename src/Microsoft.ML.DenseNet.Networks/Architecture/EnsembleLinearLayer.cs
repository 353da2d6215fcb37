namespace Microsoft.ML.DenseNet;

/// <summary>
/// A fully connected layer for an ensemble, side by side, whose members share the weights and differ only in factors and biases.
/// Member i computes <c>yᵢ = sᵢ ∘ ((rᵢ ∘ xᵢ) Wᵀ) + bᵢ</c> (BatchEnsemble, Wen et al., ICLR 2020). The trainers create it from a
/// <see cref="LinearLayer"/>; see <c>DenseNetOptions.EnsembleSize</c>.
/// </summary>
internal sealed record EnsembleLinearLayer : Layer
{
    internal EnsembleLinearLayer(int members, int units, bool hasBias, MemberScaling scaling)
    {
        Guard.InRange(members, 1, MaximumMembers, nameof(members));
        Guard.InRange(units, 1, MaximumUnits, nameof(units));
        Guard.Defined(scaling, nameof(scaling));
        Members = members;
        Units = units;
        HasBias = hasBias;
        Scaling = scaling;
    }

    /// <summary>The number of members.</summary>
    public int Members { get; }

    /// <summary>The width of a member's output.</summary>
    public int Units { get; }

    /// <summary>Whether each member adds a bias.</summary>
    public bool HasBias { get; }

    /// <summary>The initial factors on the inputs. Those on the outputs start at 1.</summary>
    public MemberScaling Scaling { get; }

    /// <inheritdoc/>
    public override string Kind => "EnsembleLinear";

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Linear;

    internal override IEnumerable<LayerSetting> Settings => [new("members", Members), new("units", Units), new("bias", HasBias), new("scaling", Scaling)];

    internal override bool IsElementwise => false;

    internal override bool HasManagedGradient => true;

    internal override double CostPerRow(LayerNode node) => base.CostPerRow(node) + ((Members - 1.0) * node.Parameters[0].Count);

    internal override T Accept<T>(LayerReader<T> reader, LayerNode node, T x) => reader.EnsembleLinear(node, this, x);

    private TensorStart StartOfInputScale => Scaling switch
    {
        MemberScaling.RandomSigns => new TensorStart.RandomSigns(),
        MemberScaling.Normal => new TensorStart.Normal(1),
        _ => TensorStart.Ones,
    };

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator)
    {
        var (inputs, outputWidth) = MemberWidths.Of(this, Members, Units, inputWidth, path);
        var places = new List<TensorPlace>
        {
            allocator.Parameter(path, "weight", new TensorStart.LinearWeight(inputs, Units), Units, inputs),
            allocator.Parameter(path, "input_scale", StartOfInputScale, Members, inputs),
            allocator.Parameter(path, "output_scale", TensorStart.Ones, Members, Units),
        };
        if (HasBias)
            places.Add(allocator.Parameter(path, "bias", new TensorStart.LinearBias(inputs, Copies: Members), Members, Units));
        return new LayerNode(this, path, inputWidth, outputWidth, places);
    }

    internal override string Describe(int inputWidth) => $"members={Members}, in_features={inputWidth / Members}, out_features={Units}, bias={HasBias}";

    /// <inheritdoc/>
    public override string ToString() => $"EnsembleLinear({Members}, {Units}{(HasBias ? "" : ", bias: false")}, {Scaling})";
}
