namespace Microsoft.ML.DenseNet;

/// <summary>
/// Compiles a network as it predicts, for gradients with respect to its input: layers that act only in training are left out, and those that training
/// does without have their steps here.
/// </summary>
/// <inheritdoc cref="BackpropagationCompiler{TVector}"/>
internal sealed unsafe class PredictionCompiler<TVector> : BackpropagationCompiler<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    private readonly GivenOutputs _given;
    private Activations? _features;

    /// <param name="parameters">The network's parameters, as <see cref="TensorPlace"/> places them.</param>
    /// <param name="buffers">The values that are kept but not trained, in the same layout.</param>
    /// <param name="capacity">The maximum number of rows at a time.</param>
    /// <param name="given">The layers whose outputs the input holds.</param>
    public PredictionCompiler(float* parameters, float* buffers, int capacity, GivenOutputs given)
        : base(parameters, gradient: null, buffers, capacity)
    {
        _given = given;
    }

    public override Activations EmbeddingBag(LayerNode node, EmbeddingBagLayer layer, Activations x) => Given(node) ?? base.EmbeddingBag(node, layer, x);

    public override Activations PeriodicEmbedding(LayerNode node, PeriodicEmbeddingLayer layer, Activations x) => Given(node) ?? base.PeriodicEmbedding(node, layer, x);

    public override Activations PiecewiseLinearEmbedding(LayerNode node, PiecewiseLinearEmbeddingLayer layer, Activations x) =>
        Given(node) ?? base.PiecewiseLinearEmbedding(node, layer, x);

    public override Activations Select(LayerNode node, SelectLayer layer, Activations x) => base.Select(node, layer, x == _features ? NetworkInput : x);

    public override Activations Dropout(LayerNode node, DropoutLayer layer, Activations x) => x;

    public override Activations Standardize(LayerNode node, StandardizeLayer layer, Activations x) =>
        Append(new StandardizeBackpropagation(Kept(node, 0), Kept(node, 1), x, Output(node)));

    public override Activations Destandardize(LayerNode node, DestandardizeLayer layer, Activations x) =>
        Append(new DestandardizeBackpropagation(Kept(node, 0), Kept(node, 1), x, Output(node)));

    public override Activations Ascending(LayerNode node, AscendingLayer layer, Activations x) =>
        Append(new AscendingBackpropagation(layer.Middle, x, Output(node)));

    public override Activations RobustScale(LayerNode node, RobustScaleLayer layer, Activations x) =>
        Append(new RobustScaleBackpropagation(Kept(node, 0), Kept(node, 1), x, Output(node)));

    public override Activations MissingIndicators(LayerNode node, MissingIndicatorsLayer layer, Activations x) =>
        Append(new MissingIndicatorsBackpropagation([.. layer.Slots], x, Output(node)));

    public override Activations MemberMean(LayerNode node, MemberMeanLayer layer, Activations x) =>
        Append(new PredictedMeanBackpropagation(layer, x, Output(node)));

    /// <inheritdoc/>
    protected override Activations Enter(Activations input) =>
        _features = _given.Features is 0 || _given.Features == input.Width ? input : Append(new SelectBackpropagation([new SlotRange(0, _given.Features)], input, Output(_given.Features)));

    /// <summary>Removes steps that nothing reads: those that led to layers whose outputs are given.</summary>
    protected override void Complete(List<BackpropagationStep> steps, Activations output)
    {
        HashSet<Activations> read = [output];
        for (int i = steps.Count - 1; i >= 0; i--)
        {
            if (read.Contains(steps[i].Output))
                read.Add(steps[i].Input);
            else
                steps.RemoveAt(i);
        }
    }

    /// <summary>The part of the input that is a layer's output; null if the layer is computed.</summary>
    private Activations? Given(LayerNode node) =>
        _given.Columns.TryGetValue(node, out var columns) ? Append(new SelectBackpropagation([columns], NetworkInput, Output(node))) : null;
}
