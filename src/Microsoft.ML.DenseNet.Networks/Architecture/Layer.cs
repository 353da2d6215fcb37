namespace Microsoft.ML.DenseNet;

/// <summary>
/// What a network is: an immutable expression such as
/// <c>Layer.Sequential(Layer.Linear(8), Layer.ReLU, Layer.Linear(4), Layer.ReLU)</c>.
/// </summary>
/// <remarks>
/// A layer maps rows of one width to rows of another. It holds neither weights nor arithmetic: widths are inferred by
/// <see cref="NetworkLayout"/> once the input width is known, and readers turn the result into torch operations or managed kernels
/// for training, managed kernels for prediction and an ONNX graph. Two layers are equal when they describe the same network.
/// </remarks>
public abstract partial record Layer
{
    /// <summary>The deepest nesting of combinators that is accepted; far beyond any useful network.</summary>
    public const int MaximumDepth = 64;

    /// <summary>The most units a layer may have.</summary>
    public const int MaximumUnits = 1 << 24;

    /// <summary>The most members of an ensemble that shares its weights.</summary>
    internal const int MaximumMembers = 256;

    private protected Layer()
    {
    }

    /// <summary>The layer's kind, by PyTorch's name where PyTorch has it, for example <c>Linear</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>What the layer is there for.</summary>
    public abstract LayerRole Role { get; }

    /// <summary>The layers inside a combinator, in order; none for a leaf.</summary>
    internal virtual IReadOnlyList<Layer> Children => [];

    /// <summary>The settings that a model file holds, in its order.</summary>
    internal abstract IEnumerable<LayerSetting> Settings { get; }

    /// <summary>Whether each output depends on the input in the same place alone.</summary>
    internal abstract bool IsElementwise { get; }

    /// <summary>Whether managed code can train the layer; torch can train all. A combinator speaks for itself alone.</summary>
    internal abstract bool HasManagedGradient { get; }

    /// <summary>Whether an ONNX file can hold the layer. A combinator speaks for itself alone.</summary>
    internal virtual bool HasOnnxForm => true;

    /// <summary>Whether a row's output depends on the other rows of its batch while training.</summary>
    internal virtual bool MixesRows => false;

    /// <summary>Whether the layer scales features by what the training rows are like. Such a layer at a network's start is not trained.</summary>
    internal virtual bool IsInputScaling => false;

    /// <summary>Whether the layer can be trained on rows that come without their zeros.</summary>
    internal virtual bool ReadsSparse => false;

    /// <summary>What the layer costs a row, children left out, in weights that a value is multiplied with.</summary>
    internal virtual double CostPerRow(LayerNode node) => node.TrainedCount;

    /// <summary>Calls the reader's method for this kind of layer.</summary>
    internal abstract T Accept<T>(LayerReader<T> reader, LayerNode node, T x);

    /// <summary>How many levels of combinators lie in this expression, itself included; 1 for a leaf.</summary>
    internal virtual int Depth => 1;

    /// <summary>Infers widths from <paramref name="inputWidth"/> on and reserves room for the parameters.</summary>
    /// <exception cref="ArgumentException">The layer does not accept that input width; the message names it by its path.</exception>
    internal abstract LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator);

    /// <summary>The layer's own settings as PyTorch prints them, for example <c>in_features=5, out_features=8</c>.</summary>
    internal abstract string Describe(int inputWidth);

    /// <summary>The network with widths inferred, layer by layer, with output widths and parameter counts as a table.</summary>
    /// <param name="inputWidth">The number of feature slots, at least 1.</param>
    /// <returns>Several lines: a row for each layer, and the totals.</returns>
    /// <exception cref="ArgumentException">A layer does not accept the width that reaches it; the message names it by its path.</exception>
    public string Summary(int inputWidth) => new NetworkLayout(this, inputWidth).Summary();
}
