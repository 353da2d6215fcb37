namespace Microsoft.ML.DenseNet;

/// <summary>
/// What a network is: an immutable expression such as
/// <c>Layer.Sequential(Layer.Linear(8), Layer.ReLU, Layer.Linear(4), Layer.ReLU)</c>.
/// </summary>
/// <remarks>
/// A layer maps rows of one width to rows of another. It holds neither weights nor arithmetic: widths are inferred by
/// <see cref="NetworkLayout"/> once the input width is known, and three readers turn the result into a torch module for
/// training, managed kernels for prediction and an ONNX graph. Two layers are equal when they describe the same network.
/// </remarks>
public abstract record Layer
{
    /// <summary>The deepest nesting of combinators that is accepted; far beyond any useful network.</summary>
    public const int MaximumDepth = 64;

    /// <summary>The most units a layer may have.</summary>
    public const int MaximumUnits = 1 << 24;

    private protected Layer()
    {
    }

    /// <summary>The layer's kind, by PyTorch's name where PyTorch has it, for example <c>Linear</c>.</summary>
    public abstract string Kind { get; }

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

    // ---- Leaves -------------------------------------------------------------------------------------------------

    /// <summary>A fully connected layer: <c>y = x Wᵀ + b</c>, with <c>W</c> of shape [units, inputs].</summary>
    /// <param name="units">The width of the output, from 1 to <see cref="MaximumUnits"/>.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it, and the range.</exception>
    public static Layer Linear(int units, bool bias = true) => new LinearLayer(units, bias);

    /// <summary>
    /// A fully connected layer for wide sparse inputs, such as words or hashed categories: <c>y = Σⱼ xⱼ Wⱼ + b</c>, with <c>W</c> of
    /// shape [inputs, units], so that an input other than 0 touches one contiguous row. PyTorch's <c>EmbeddingBag</c> of mode sum with
    /// the inputs as <c>per_sample_weights</c>, and a bias.
    /// </summary>
    /// <remarks>
    /// The weights start uniform within ±1/units, as fastText's do, and at 0 in a network's last layer; the bias starts at 0; all whatever
    /// the initialization of Linears. A Linear's 1/√inputs would shrink with slots that a row does not use, and larger weights would
    /// be noise in rows whose slots were rarely trained.
    /// </remarks>
    /// <param name="units">The width of the output, from 1 to <see cref="MaximumUnits"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it, and the range.</exception>
    public static Layer EmbeddingBag(int units) => new EmbeddingBagLayer(units);

    /// <summary>max(x, 0).</summary>
    public static Layer ReLU { get; } = new ActivationLayer(ActivationFunction.ReLU);

    /// <summary>x for x ≥ 0, else <paramref name="negativeSlope"/> · x.</summary>
    /// <param name="negativeSlope">Any finite number; 0.01 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it, and the range.</exception>
    public static Layer LeakyReLU(float negativeSlope = 0.01f) => new ActivationLayer(ActivationFunction.LeakyReLU, negativeSlope);

    /// <summary>x for x &gt; 0, else <paramref name="alpha"/> · (eˣ − 1) (Clevert et al. 2016).</summary>
    /// <param name="alpha">Any finite number; 1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it, and the range.</exception>
    public static Layer ELU(float alpha = 1f) => new ActivationLayer(ActivationFunction.ELU, alpha);

    /// <summary>The self-normalizing ELU (Klambauer et al. 2017), with its published constants.</summary>
    public static Layer SELU { get; } = new ActivationLayer(ActivationFunction.SELU);

    /// <summary>x · Φ(x), with the exact normal distribution function (Hendrycks and Gimpel 2016).</summary>
    public static Layer GELU { get; } = new ActivationLayer(ActivationFunction.GELU);

    /// <summary>x · sigmoid(x), also known as swish.</summary>
    public static Layer SiLU { get; } = new ActivationLayer(ActivationFunction.SiLU);

    /// <summary>x · tanh(ln(1 + eˣ)) (Misra 2019).</summary>
    public static Layer Mish { get; } = new ActivationLayer(ActivationFunction.Mish);

    /// <summary>ln(1 + e^(βx)) / β, and x itself where βx exceeds <paramref name="threshold"/>.</summary>
    /// <param name="beta">A finite number above 0; 1 by default.</param>
    /// <param name="threshold">A finite number; 20 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it, and the range.</exception>
    public static Layer Softplus(float beta = 1f, float threshold = 20f) => new ActivationLayer(ActivationFunction.Softplus, beta, threshold);

    /// <summary>x / (1 + |x|).</summary>
    public static Layer Softsign { get; } = new ActivationLayer(ActivationFunction.Softsign);

    /// <summary>The hyperbolic tangent.</summary>
    public static Layer Tanh { get; } = new ActivationLayer(ActivationFunction.Tanh);

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public static Layer Sigmoid { get; } = new ActivationLayer(ActivationFunction.Sigmoid);

    /// <summary>x / 6 + 1/2, clipped to [0, 1].</summary>
    public static Layer HardSigmoid { get; } = new ActivationLayer(ActivationFunction.HardSigmoid);

    /// <summary>x · HardSigmoid(x) (Howard et al. 2019).</summary>
    public static Layer HardSwish { get; } = new ActivationLayer(ActivationFunction.HardSwish);

    /// <summary>x clipped to [<paramref name="minimum"/>, <paramref name="maximum"/>].</summary>
    /// <param name="minimum">A finite number below <paramref name="maximum"/>; −1 by default.</param>
    /// <param name="maximum">A finite number; 1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it, and the range.</exception>
    public static Layer HardTanh(float minimum = -1f, float maximum = 1f) => new ActivationLayer(ActivationFunction.HardTanh, minimum, maximum);

    /// <summary>eˣ. The regression trainer ends with it where the loss works on the logarithm of the prediction, as Poisson's does.</summary>
    public static Layer Exp { get; } = new ActivationLayer(ActivationFunction.Exp);

    /// <summary>x itself: useful as a branch of <see cref="Sum"/> or <see cref="Concat"/>.</summary>
    public static Layer Identity { get; } = new ActivationLayer(ActivationFunction.Identity);

    /// <summary>A leaky ReLU whose negative slope is learned (He et al. 2015).</summary>
    /// <param name="perUnit">One slope a unit, or (the default, as in PyTorch) one for the whole layer.</param>
    /// <param name="initialSlope">The slope before training, a finite number; 0.25 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it, and the range.</exception>
    public static Layer PReLU(bool perUnit = false, float initialSlope = 0.25f) => new PReLULayer(perUnit, initialSlope);

    /// <summary>Zeroes each value with this probability while training and scales the rest up; does nothing in prediction.</summary>
    /// <param name="probability">From 0 to below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it, and the range.</exception>
    public static Layer Dropout(float probability = 0.5f) => new DropoutLayer(probability);

    /// <summary>Normalizes each unit over the batch, and by running averages in prediction (Ioffe and Szegedy 2015).</summary>
    /// <param name="epsilon">Added to the variance; above 0.</param>
    /// <param name="momentum">The weight of the newest batch in the running averages; above 0, at most 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it, and the range.</exception>
    public static Layer BatchNorm(float epsilon = 1e-5f, float momentum = 0.1f) => new BatchNormLayer(epsilon, momentum);

    /// <summary>Normalizes each row over its units (Ba et al. 2016).</summary>
    /// <param name="epsilon">Added to the variance; above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it, and the range.</exception>
    public static Layer LayerNorm(float epsilon = 1e-5f) => new LayerNormLayer(epsilon);

    /// <summary>
    /// Scales each input to zero mean and unit variance of the training rows; missing values (NaN) become the mean, constant
    /// features 0, and the result is clipped to ±<see cref="StandardizeLayer.Limit"/>.
    /// </summary>
    /// <remarks>
    /// The trainers put it in front of the network by themselves, unless told not to. Over wide sparse rows they give it other values,
    /// which keep the zeros of most slots; see <see cref="DenseNetOptions.ScaleFeatures"/>.
    /// </remarks>
    public static Layer Standardize { get; } = new StandardizeLayer();

    /// <summary>
    /// Scales each input by median and quartiles of the training rows and clips it smoothly to ±3; missing values (NaN) and constant
    /// features become 0. See <see cref="RobustScaleLayer"/> for the formula.
    /// </summary>
    /// <remarks>The trainers put it in front of their default network. It must be the first layer for its values to be learned.</remarks>
    public static Layer RobustScale { get; } = new RobustScaleLayer();

    /// <summary>Multiplies each unit by a factor that is learned, 1 at the start.</summary>
    public static Layer Scale { get; } = new ScaleLayer();

    /// <summary>
    /// Embeds each input x in <paramref name="width"/> numbers, with weights of its own: width − 1 numbers <c>V cos(2π (w x + b)) + d</c>,
    /// with <paramref name="frequencies"/> cosines, and x itself ("PBLD", Holzmüller et al. 2024). A network then finds thresholds and
    /// peaks of a feature more easily. The outputs of an input are neighbours, x itself the last of them.
    /// </summary>
    /// <param name="frequencies">The number of cosines, from 1 to 1024; 16 by default.</param>
    /// <param name="width">The number of outputs of each input, from 2 to 1024; 4 by default.</param>
    /// <param name="frequencyDeviation">The standard deviation of the frequencies w before training, finite and above 0; 0.1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it, and the range.</exception>
    public static Layer PeriodicEmbedding(int frequencies = 16, int width = 4, float frequencyDeviation = 0.1f) =>
        new PeriodicEmbeddingLayer(frequencies, width, frequencyDeviation);

    /// <summary>
    /// For each input x, <paramref name="width"/> sums over bins of weight · min(max((x − start) · scale, 0), 1): a piecewise linear
    /// function of x with a kink at each edge of a bin (Gorishniy et al. 2022, "On embeddings for numerical features"; here without the
    /// rise beyond the outer edges). The weights start at 0; the bins are those of the training rows, about equally filled, where the
    /// default network contains the layer, and elsewhere equal parts of −2 to 2, which suits scaled features.
    /// Shape: [rows, inputs] to [rows, inputs · width].
    /// </summary>
    /// <param name="bins">The most bins of an input; from 1 to 1024.</param>
    /// <param name="width">The number of outputs of each input; from 1 to 1024.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it, and the range.</exception>
    public static Layer PiecewiseLinearEmbedding(int bins = 16, int width = 4) => new PiecewiseLinearEmbeddingLayer(bins, width);

    /// <summary>Some of the inputs, for branches of a <see cref="Concat"/> that treat parts of the features differently.</summary>
    /// <param name="ranges">At least one range of slots; they stand side by side in this order.</param>
    /// <exception cref="ArgumentException">There is no range, or one that is not a part of any input.</exception>
    public static Layer Select(params IEnumerable<SlotRange> ranges) => new SelectLayer(new SlotRangeList(ranges));

    /// <summary>Undoes the standardization of a regression target; see <see cref="DestandardizeLayer"/>.</summary>
    internal static Layer Destandardize { get; } = new DestandardizeLayer();

    // ---- Combinators --------------------------------------------------------------------------------------------

    /// <summary>The layers one after the other. An empty sequence is the identity.</summary>
    /// <param name="layers">The layers in the order in which a row passes them.</param>
    /// <exception cref="ArgumentException">A layer is null, or they are nested deeper than <see cref="MaximumDepth"/>.</exception>
    public static Layer Sequential(params IEnumerable<Layer> layers) => new SequentialLayer(new LayerList(layers));

    /// <summary>Parallel branches that all read the same input, their outputs added: <c>Sum(ReLU, Tanh)</c>.</summary>
    /// <param name="branches">At least one layer; all must have the same output width.</param>
    /// <exception cref="ArgumentException">There is no branch, one is null, or they are nested deeper than <see cref="MaximumDepth"/>.</exception>
    public static Layer Sum(params IEnumerable<Layer> branches) => new SumLayer(new LayerList(branches));

    /// <summary>Parallel branches that all read the same input, their outputs side by side.</summary>
    /// <param name="branches">At least one layer. <c>Concat(Identity, body)</c> is the densely connected block.</param>
    /// <exception cref="ArgumentException">There is no branch, one is null, or they are nested deeper than <see cref="MaximumDepth"/>.</exception>
    public static Layer Concat(params IEnumerable<Layer> branches) => new ConcatLayer(new LayerList(branches));

    /// <summary>x + body(x) (He et al. 2016).</summary>
    /// <param name="body">A layer whose output is as wide as its input.</param>
    /// <exception cref="ArgumentException">Layers are nested deeper than <see cref="MaximumDepth"/>.</exception>
    public static Layer Residual(Layer body) => new ResidualLayer(body);
}
