using System.Buffers;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// A network with its trained values and its training history: everything that makes up a model. It predicts on any number of
/// threads at once and needs neither ML.NET nor libtorch, except for a torch module of your own. Immutable.
/// </summary>
/// <remarks>
/// It is the last step of the pipeline that it was trained in. Steps before it, such as encoding categories or concatenating columns,
/// are not part of it: a row of features here is what <see cref="FeatureColumnName"/> held in training, slot by slot
/// (<see cref="FeatureNames"/>). The feature scaling that the trainers add themselves is part of it.
/// </remarks>
public sealed partial class TrainedNetwork
{
    /// <summary>The most outputs, in floats, that a prediction keeps on the stack.</summary>
    private const int MaximumOnStack = 256;

    private readonly float[] _parameters;
    private readonly float[] _buffers;
    private readonly LazyProgram _program;

    /// <summary>The width of the feature column: the inputs before the one-hot blocks of <see cref="CategoryColumns"/>.</summary>
    internal int FeatureColumnWidth => Layout.InputWidth - (int)CategoryColumns.Sum(category => category.Width);

    /// <summary>Takes ownership of the arrays; they must not be changed afterwards.</summary>
    internal TrainedNetwork(NetworkLayout layout, float[] parameters, float[] buffers, TrainingHistory history, NetworkSignature? signature = null, NetworkQuantization quantization = NetworkQuantization.None)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(buffers);
        ArgumentNullException.ThrowIfNull(history);
        if (parameters.Length != layout.ParameterCount || buffers.Length != layout.BufferCount)
        {
            throw new ArgumentException(
                $"The network has {layout.ParameterCount} parameters and {layout.BufferCount} buffer values; {parameters.Length} and {buffers.Length} were given.");
        }

        Layout = layout;
        History = history;
        Signature = Fitting(signature ?? NetworkSignature.Of(layout), layout);
        _parameters = parameters;
        _buffers = buffers;
        Quantization = quantization;
        _program = new LazyProgram(layout, parameters, buffers, quantization);
        Tensors = [.. layout.Tensors.Select(place =>
            new NetworkTensor(place.Name, place.Shape, (place.IsTrained ? parameters : buffers).AsMemory(place.Offset, place.Count), place.IsTrained))];
    }

    private TrainedNetwork(TrainedNetwork other, TrainingHistory history, NetworkSignature signature)
    {
        (Layout, Tensors, History, Signature) = (other.Layout, other.Tensors, history, signature);
        (_parameters, _buffers, _program, Quantization) = (other._parameters, other._buffers, other._program, other.Quantization);
        Statistics = other.Statistics;
    }

    /// <summary>The network and its widths.</summary>
    public NetworkLayout Layout { get; }

    /// <summary>The training history.</summary>
    public TrainingHistory History { get; }

    /// <summary>Every tensor with its name, in the order of the layers.</summary>
    public IReadOnlyList<NetworkTensor> Tensors { get; }

    /// <summary>What the network predicts: the probability of the positive class, the probability of each class, or a number.</summary>
    public LearningTask Task => Signature.Task;

    /// <summary>
    /// The classes in the order of the outputs; for a binary task "false" and "true" unless others were given. Null for regression, for a
    /// key label without values, and if the names of all classes exceed 65,536 texts or 4 MiB.
    /// </summary>
    public IReadOnlyList<string>? ClassNames => Signature.ClassNames;

    /// <summary>The column of the training data that held the features; null if unknown.</summary>
    public string? FeatureColumnName => Signature.FeatureColumnName;

    /// <summary>
    /// The name of each feature, in the order of a row, empty for one without a name. Null if the training data named none, or if
    /// the names exceed 65,536 texts or 4 MiB.
    /// </summary>
    public IReadOnlyList<string>? FeatureNames => Signature.FeatureNames;

    /// <summary>
    /// The columns of keys that the network was trained with besides the feature column; usually none. A row of features here ends with a
    /// one-hot block for each slot of each of them, in this order.
    /// </summary>
    public IReadOnlyList<CategoryColumn> CategoryColumns => Signature.CategoryColumns;

    /// <summary>
    /// The steps of the saved pipeline before the network, under ML.NET's names, in order. They are not applied: the caller must pass
    /// features that went through them. Known for a network that <see cref="Load(string, long)"/> read from ML.NET's zip; otherwise empty.
    /// </summary>
    public IReadOnlyList<string> PrecedingTransforms => Signature.PrecedingTransforms;

    /// <summary>
    /// The score above which a binary network predicts the positive class; the score is the logit, so that the default, 0, is a probability of
    /// one half. 0 for other tasks.
    /// </summary>
    public float Threshold => Signature.Threshold;

    /// <summary>
    /// The rows that predictions are compared with to explain them, see <see cref="NetworkExplanations"/>; null, as by default, if the model stores
    /// none. Rows that were stored in training are rows of the training data: <see cref="WithBackground"/> removes them.
    /// </summary>
    public BackgroundRows? Background => Signature.Background;

    /// <summary>
    /// The quantiles that the outputs are, ascending, of a regression network that was trained with <c>Losses.Quantiles</c>: a prediction then has
    /// a value for each of them, and none is below the one before it. Empty for any other network.
    /// </summary>
    public IReadOnlyList<double> Quantiles => Signature.Quantiles;

    /// <summary>The trained values, laid out by <see cref="NetworkLayout.Tensors"/>.</summary>
    internal ReadOnlyMemory<float> Parameters => _parameters;

    /// <summary>The values that are stored but not trained, laid out by <see cref="NetworkLayout.Tensors"/>.</summary>
    internal ReadOnlyMemory<float> Buffers => _buffers;

    internal NetworkSignature Signature { get; }

    /// <summary>Whether a prediction was requested; until then nothing is compiled.</summary>
    internal bool IsCompiled => _program.IsCompiled;

    /// <summary>Predicts one row, in the task's terms and bit for bit as in ML.NET's Score and Probability columns.</summary>
    /// <param name="features">One value for each network input.</param>
    /// <param name="prediction">
    /// Receives one value for each network output. Binary classification: the probability of the positive class, from 0 to 1.
    /// Multiclass classification: the probability of each class. Regression: the predicted value, or the values of <see cref="Quantiles"/>, in the label's unit.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="features"/> or <paramref name="prediction"/> has the wrong number of values.</exception>
    public void Predict(ReadOnlySpan<float> features, Span<float> prediction)
    {
        ComputeOutputs(features, prediction);
        ToPrediction(prediction);
    }

    /// <summary>Predicts one row whose values are mostly 0, in the time that the nonzero ones take.</summary>
    /// <param name="indices">The slots that are not 0, ascending, each at least 0 and below the number of inputs.</param>
    /// <param name="values">The values of those slots.</param>
    /// <param name="prediction">Receives the same values as for a dense row.</param>
    /// <remarks>The first layer is summed in double precision, so the last bits may differ from the dense row's.</remarks>
    /// <exception cref="ArgumentException">Indices do not ascend or are out of range, or a span has the wrong length.</exception>
    public void Predict(ReadOnlySpan<int> indices, ReadOnlySpan<float> values, Span<float> prediction)
    {
        ComputeOutputs(indices, values, prediction);
        ToPrediction(prediction);
    }

    /// <summary>Predicts many rows, faster than one by one and with the same bits.</summary>
    /// <param name="features">Shape [<paramref name="rows"/>, inputs], row-major: the rows one after the other, each as wide as the network's input.</param>
    /// <param name="rows">The number of rows; may be 0.</param>
    /// <param name="predictions">Receives the predictions, of shape [<paramref name="rows"/>, outputs], row-major; each row as <see cref="Predict(ReadOnlySpan{float}, Span{float})"/> computes it.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/> is below 0.</exception>
    /// <exception cref="ArgumentException">A span's length does not match its shape.</exception>
    public void PredictBlock(ReadOnlySpan<float> features, int rows, Span<float> predictions)
    {
        ComputeOutputBlock(features, rows, predictions);
        if (Task == LearningTask.Regression)
            return;
        int width = Layout.OutputWidth;
        for (int row = 0; row < rows; row++)
            ToPrediction(predictions.Slice(row * width, width));
    }

    /// <summary>Returns the same network with another <see cref="Threshold"/>.</summary>
    /// <param name="threshold">Any finite score: the logit, ln(p / (1 - p)) for a probability p.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threshold"/> is not finite.</exception>
    /// <exception cref="InvalidOperationException">The network is not for two classes.</exception>
    public TrainedNetwork WithThreshold(float threshold)
    {
        Guard.Finite(threshold, nameof(threshold));
        return Task == LearningTask.BinaryClassification
            ? With(Signature with { Threshold = threshold })
            : throw new InvalidOperationException($"The network is for {Task}: only a network for {LearningTask.BinaryClassification} has a threshold.");
    }

    /// <summary>Returns the same network with other <see cref="Background"/> rows.</summary>
    /// <param name="background">The rows, as wide as the network's input; null to store none.</param>
    /// <exception cref="ArgumentException">The rows have another width, or too many values to be stored.</exception>
    public TrainedNetwork WithBackground(BackgroundRows? background)
    {
        if (background is not null && background.Width != Layout.InputWidth)
            throw new ArgumentException($"The background rows have {background.Width} values each; the network reads {Layout.InputWidth}.", nameof(background));
        if (background?.Values.Length > BackgroundRows.MaximumStoredValues)
            throw new ArgumentException($"The background rows have {background.Values.Length:N0} values; a model stores at most {BackgroundRows.MaximumStoredValues:N0}. Choose fewer rows.", nameof(background));
        return With(Signature with { Background = background });
    }

    /// <summary>Returns the class of one row: the most likely one or, for two classes, the positive one if its score is above <see cref="Threshold"/>.</summary>
    /// <param name="features">One value for each network input.</param>
    /// <exception cref="ArgumentException"><paramref name="features"/> has the wrong number of values.</exception>
    /// <exception cref="InvalidOperationException">The network predicts a number.</exception>
    public PredictedClass PredictClass(ReadOnlySpan<float> features) => PredictClass(isSparse: false, [], features);

    /// <summary>Returns the class of one row whose values are mostly 0, as for a dense row.</summary>
    /// <param name="indices">The slots that are not 0, ascending.</param>
    /// <param name="values">The values of those slots.</param>
    /// <exception cref="ArgumentException">Indices do not ascend or are out of range, or there is not one value for each index.</exception>
    /// <exception cref="InvalidOperationException">The network predicts a number.</exception>
    public PredictedClass PredictClass(ReadOnlySpan<int> indices, ReadOnlySpan<float> values) => PredictClass(isSparse: true, indices, values);

    /// <summary>Computes the network's raw outputs for one row: logits in classification, the predicted value in regression.</summary>
    /// <param name="features">One value for each network input.</param>
    /// <param name="outputs">Receives one value for each network output: one logit for a binary task, one for each class for several classes.</param>
    /// <exception cref="ArgumentException"><paramref name="features"/> or <paramref name="outputs"/> has the wrong number of values.</exception>
    public void ComputeOutputs(ReadOnlySpan<float> features, Span<float> outputs)
    {
        CheckLength(features.Length, Layout.InputWidth, nameof(features));
        CheckLength(outputs.Length, Layout.OutputWidth, nameof(outputs));
        _program.Value.Run(features, outputs);
    }

    /// <summary>Like <see cref="ComputeOutputs(ReadOnlySpan{float}, Span{float})"/>, for a row whose values are mostly 0.</summary>
    /// <param name="indices">The slots that are not 0, ascending, each at least 0 and below the number of inputs.</param>
    /// <param name="values">The values of those slots.</param>
    /// <param name="outputs">Receives one value for each network output.</param>
    /// <exception cref="ArgumentException">Indices do not ascend or are out of range, or a span has the wrong length.</exception>
    public void ComputeOutputs(ReadOnlySpan<int> indices, ReadOnlySpan<float> values, Span<float> outputs) => _program.Value.Run(indices, values, outputs);

    /// <summary>Like <see cref="ComputeOutputs(ReadOnlySpan{float}, Span{float})"/>, for many rows: faster than one by one, with the same bits.</summary>
    /// <param name="features">Shape [<paramref name="rows"/>, inputs], row-major.</param>
    /// <param name="rows">The number of rows; may be 0.</param>
    /// <param name="outputs">Receives the outputs, of shape [<paramref name="rows"/>, outputs], row-major.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/> is below 0.</exception>
    /// <exception cref="ArgumentException">A span's length does not match its shape.</exception>
    public void ComputeOutputBlock(ReadOnlySpan<float> features, int rows, Span<float> outputs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        CheckLength(features.Length, (long)rows * Layout.InputWidth, nameof(features));
        CheckLength(outputs.Length, (long)rows * Layout.OutputWidth, nameof(outputs));
        _program.Value.RunBlock(features, rows, outputs);
    }

    /// <summary>Like <see cref="ComputeOutputs(ReadOnlySpan{int}, ReadOnlySpan{float}, Span{float})"/>, for indices known to be valid.</summary>
    internal void ComputeOutputsChecked(ReadOnlySpan<int> indices, ReadOnlySpan<float> values, Span<float> outputs) => _program.Value.RunChecked(indices, values, outputs);

    /// <summary>The output that a row's prediction is: of several classes the likeliest, of quantiles the one nearest to the median. -1 if no class is, because all are NaN.</summary>
    internal int PredictedOutput(ReadOnlySpan<float> outputs) => Task == LearningTask.MulticlassClassification ? OutputFunctions.IndexOfLargest(outputs) : Signature.ScoreOutput;

    /// <summary>Fetches what predictions need from outside the model: a user-defined torch module, registered by name.</summary>
    /// <exception cref="InvalidOperationException">It is not registered, or libtorch is missing.</exception>
    internal void Prepare() => _program.Value.Prepare();

    /// <summary>Returns the same network with another history.</summary>
    internal TrainedNetwork With(TrainingHistory history) => new(this, history, Signature);

    /// <summary>Returns the same network with another signature.</summary>
    internal TrainedNetwork With(NetworkSignature signature) => new(this, History, Fitting(signature, Layout));

    private static NetworkSignature Fitting(NetworkSignature signature, NetworkLayout layout) =>
        signature.Misfit(layout) is { } misfit ? throw new ArgumentException($"The network and its signature do not fit: {misfit}.", nameof(signature)) : signature;

    private static void CheckLength(int actual, long expected, string name)
    {
        if (actual != expected)
            throw new ArgumentException($"{name} has {actual} values; {expected} are needed.", name);
    }

    private PredictedClass PredictClass(bool isSparse, ReadOnlySpan<int> indices, ReadOnlySpan<float> values)
    {
        if (Task == LearningTask.Regression)
            throw new InvalidOperationException("The network predicts a number, not a class: call Predict.");
        float[]? rented = Layout.OutputWidth > MaximumOnStack ? ArrayPool<float>.Shared.Rent(Layout.OutputWidth) : null;
        Span<float> outputs = rented ?? stackalloc float[MaximumOnStack];
        outputs = outputs[..Layout.OutputWidth];
        if (isSparse)
            ComputeOutputs(indices, values, outputs);
        else
            ComputeOutputs(values, outputs);
        var predicted = ToClass(outputs);
        if (rented is not null)
            ArrayPool<float>.Shared.Return(rented);
        return predicted;
    }

    private void ToPrediction(Span<float> outputs) => OutputFunctions.ToPrediction(Task, outputs);

    private PredictedClass ToClass(Span<float> outputs)
    {
        if (Task == LearningTask.BinaryClassification)
        {
            // The logit decides: the probability of a logit just above 0 rounds to one half.
            int positive = outputs[0] > Threshold ? 1 : 0;
            float probability = OutputFunctions.Sigmoid(outputs[0]);
            return new PredictedClass(positive, ClassNames?[positive], positive == 1 ? probability : 1 - probability);
        }

        OutputFunctions.Softmax(outputs, outputs);
        int best = OutputFunctions.IndexOfLargest(outputs);
        return best < 0 ? new PredictedClass(-1, null, float.NaN) : new PredictedClass(best, ClassNames?[best], outputs[best]);
    }
}
