namespace Microsoft.ML.DenseNet;

/// <summary>
/// Reads a network as operations on values: each layer takes a value and returns one. A backend derives from this class and implements
/// each kind of layer; forgetting one is a compile error. How values flow through combinators is implemented once, here.
/// </summary>
/// <typeparam name="T">A value: a tensor, the name of an ONNX value, the stages planned so far.</typeparam>
internal abstract class LayerReader<T>
{
    /// <summary>Applies a layer to a value.</summary>
    public T Read(LayerNode node, T x) => node.Layer.Accept(this, node, x);

    /// <summary>Applies layers to a value, one after the other.</summary>
    public T ReadAll(IEnumerable<LayerNode> nodes, T x) => nodes.Aggregate(x, (value, node) => Read(node, value));

    // ---- Leaves -------------------------------------------------------------------------------------------------

    public abstract T Linear(LayerNode node, LinearLayer layer, T x);

    public abstract T EmbeddingBag(LayerNode node, EmbeddingBagLayer layer, T x);

    public abstract T Activation(LayerNode node, ActivationLayer layer, T x);

    public abstract T PReLU(LayerNode node, PReLULayer layer, T x);

    public abstract T Dropout(LayerNode node, DropoutLayer layer, T x);

    public abstract T BatchNorm(LayerNode node, BatchNormLayer layer, T x);

    public abstract T LayerNorm(LayerNode node, LayerNormLayer layer, T x);

    public abstract T Standardize(LayerNode node, StandardizeLayer layer, T x);

    public abstract T Destandardize(LayerNode node, DestandardizeLayer layer, T x);

    public abstract T Ascending(LayerNode node, AscendingLayer layer, T x);

    public abstract T RobustScale(LayerNode node, RobustScaleLayer layer, T x);

    public abstract T Scale(LayerNode node, ScaleLayer layer, T x);

    public abstract T Select(LayerNode node, SelectLayer layer, T x);

    public abstract T MissingIndicators(LayerNode node, MissingIndicatorsLayer layer, T x);

    public abstract T PeriodicEmbedding(LayerNode node, PeriodicEmbeddingLayer layer, T x);

    public abstract T PiecewiseLinearEmbedding(LayerNode node, PiecewiseLinearEmbeddingLayer layer, T x);

    public abstract T Repeat(LayerNode node, RepeatLayer layer, T x);

    public abstract T EnsembleLinear(LayerNode node, EnsembleLinearLayer layer, T x);

    public abstract T MemberLinear(LayerNode node, MemberLinearLayer layer, T x);

    public abstract T MemberMean(LayerNode node, MemberMeanLayer layer, T x);

    public abstract T Module(LayerNode node, ModuleLayer layer, T x);

    // ---- Combinators --------------------------------------------------------------------------------------------

    public T Sequential(LayerNode node, T x) => ReadAll(node.Children, x);

    public T Sum(LayerNode node, T x) => node.Children is [var only] ? Read(only, x) : Add(node, x, Branches(node, x));

    public T Residual(LayerNode node, T x) => Add(node, x, Branches(node, x).Prepend(Branch(x)));

    public T Concat(LayerNode node, T x) => node.Children is [var only] ? Read(only, x) : Join(node, x, Branches(node, x));

    /// <summary>The value that a branch starts from; <paramref name="x"/> itself unless values are changed in place.</summary>
    protected virtual T Branch(T x) => x;

    /// <summary>Adds values.</summary>
    /// <param name="node">The combinator.</param>
    /// <param name="x">The combinator's input.</param>
    /// <param name="terms">At least one value, in order. Each is computed when it is reached, so enumerate them only once.</param>
    protected abstract T Add(LayerNode node, T x, IEnumerable<T> terms);

    /// <summary>Concatenates values.</summary>
    /// <param name="node">The combinator.</param>
    /// <param name="x">The combinator's input.</param>
    /// <param name="parts">See the terms of <see cref="Add"/>.</param>
    protected abstract T Join(LayerNode node, T x, IEnumerable<T> parts);

    private IEnumerable<T> Branches(LayerNode node, T x) => node.Children.Select(child => Read(child, Branch(x)));
}
