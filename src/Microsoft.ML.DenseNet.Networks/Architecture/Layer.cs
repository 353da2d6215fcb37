namespace Microsoft.ML.DenseNet;

/// <summary>
/// Describes a network, as an immutable expression such as
/// <c>Layer.Sequential(Layer.Linear(8), Layer.ReLU, Layer.Linear(4), Layer.ReLU)</c>.
/// </summary>
/// <remarks>
/// A layer maps rows of one width to rows of another. It holds neither weights nor arithmetic: widths are inferred by
/// <see cref="NetworkLayout"/> once the input width is known, and readers turn the result into torch operations or managed kernels
/// for training, managed kernels for prediction and an ONNX graph. Two layers are equal when they describe the same network.
/// </remarks>
public abstract partial record Layer
{
    /// <summary>The deepest nesting of combinators accepted; far beyond any useful network.</summary>
    public const int MaximumDepth = 64;

    /// <summary>The maximum number of units in a layer.</summary>
    public const int MaximumUnits = 1 << 24;

    /// <summary>The maximum number of members in an ensemble that shares its weights.</summary>
    internal const int MaximumMembers = 256;

    private protected Layer()
    {
    }

    /// <summary>The layer's kind, under PyTorch's name if it has one, for example <c>Linear</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>What the layer does in a network.</summary>
    public abstract LayerRole Role { get; }

    /// <summary>The layers inside a combinator, in order; none for a leaf.</summary>
    internal virtual IReadOnlyList<Layer> Children => [];

    /// <summary>The settings, in the order in which a model file holds them.</summary>
    internal abstract IEnumerable<LayerSetting> Settings { get; }

    /// <summary>Whether each output depends only on the input at the same index.</summary>
    internal abstract bool IsElementwise { get; }

    /// <summary>Whether managed code can train the layer; torch can train every layer. A combinator answers only for itself.</summary>
    internal abstract bool HasManagedGradient { get; }

    /// <summary>Whether an ONNX file can hold the layer. A combinator answers only for itself.</summary>
    internal virtual bool HasOnnxForm => true;

    /// <summary>Whether a row's output depends on the other rows of its batch while training.</summary>
    internal virtual bool MixesRows => false;

    /// <summary>Whether the layer scales features by statistics of the training rows. At a network's start, such a layer is not trained.</summary>
    internal virtual bool IsInputScaling => false;

    /// <summary>Whether the layer can be trained on sparse rows.</summary>
    internal virtual bool ReadsSparse => false;

    /// <summary>The cost of one row, excluding children, measured in multiplications by a weight.</summary>
    internal virtual double CostPerRow(LayerNode node) => node.TrainedCount;

    /// <summary>Calls the reader's method for this kind of layer.</summary>
    internal abstract T Accept<T>(LayerReader<T> reader, LayerNode node, T x);

    /// <summary>The depth of nesting, counting this layer; 1 for a leaf.</summary>
    internal virtual int Depth => 1;

    /// <summary>Infers widths, starting from <paramref name="inputWidth"/>, and reserves space for the parameters.</summary>
    /// <exception cref="ArgumentException">The layer does not accept that input width; the message names it by its path.</exception>
    internal abstract LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator);

    /// <summary>The layer's own settings as PyTorch prints them, for example <c>in_features=5, out_features=8</c>.</summary>
    internal abstract string Describe(int inputWidth);

    /// <summary>Infers widths and returns a table of the layers with their output widths and parameter counts.</summary>
    /// <param name="inputWidth">The number of feature slots, at least 1.</param>
    /// <returns>Several lines: one for each layer, and the totals.</returns>
    /// <exception cref="ArgumentException">A layer does not accept the width that reaches it; the message names it by its path.</exception>
    public string Summary(int inputWidth) => new NetworkLayout(this, inputWidth).Summary();
}
