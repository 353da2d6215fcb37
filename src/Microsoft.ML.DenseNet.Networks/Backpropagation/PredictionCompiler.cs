namespace Microsoft.ML.DenseNet;

/// <summary>
/// Compiles a network as it predicts, for gradients with respect to its input: layers that act only in training are left out, and those that training
/// does without have their steps here.
/// </summary>
/// <inheritdoc cref="BackpropagationCompiler{TVector}"/>
internal sealed unsafe class PredictionCompiler<TVector> : BackpropagationCompiler<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    private readonly Dictionary<LayerNode, SlotRange> _sums = [];

    /// <param name="parameters">The network's parameters, as <see cref="TensorPlace"/> places them.</param>
    /// <param name="buffers">The values that are kept but not trained, in the same layout.</param>
    /// <param name="capacity">The maximum number of rows at a time.</param>
    /// <param name="bags">The EmbeddingBags whose sums, side by side, are the input; null if the input is the layers'.</param>
    public PredictionCompiler(float* parameters, float* buffers, int capacity, IReadOnlyList<LayerNode>? bags = null)
        : base(parameters, gradient: null, buffers, capacity)
    {
        int column = 0;
        foreach (var bag in bags ?? [])
        {
            _sums.Add(bag, new SlotRange(column, bag.OutputWidth));
            column += bag.OutputWidth;
        }
    }

    public override Activations EmbeddingBag(LayerNode node, EmbeddingBagLayer layer, Activations x) => _sums.TryGetValue(node, out var columns)
        ? Append(new SelectBackpropagation([columns], x, Output(node)))
        : base.EmbeddingBag(node, layer, x);

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
}
