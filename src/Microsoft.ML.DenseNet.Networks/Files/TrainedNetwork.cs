namespace Microsoft.ML.DenseNet;

/// <summary>A network with its trained values and the course of its training: all that a model is. Immutable and thread-safe.</summary>
public sealed class TrainedNetwork
{
    private readonly float[] _parameters;
    private readonly float[] _buffers;
    private readonly NetworkProgram _program;

    /// <summary>Takes the arrays over; they must not be changed afterwards.</summary>
    internal TrainedNetwork(NetworkLayout layout, float[] parameters, float[] buffers, TrainingHistory history)
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
        _parameters = parameters;
        _buffers = buffers;
        _program = NetworkProgram.Compile(layout, parameters, buffers);
        Tensors = [.. layout.Slots.Select(slot =>
            new NetworkTensor(slot.Name, slot.Shape, (slot.IsTrained ? parameters : buffers).AsMemory(slot.Offset, slot.Count), slot.IsTrained))];
    }

    private TrainedNetwork(TrainedNetwork other, TrainingHistory history)
    {
        (Layout, Tensors, History) = (other.Layout, other.Tensors, history);
        (_parameters, _buffers, _program) = (other._parameters, other._buffers, other._program);
    }

    /// <summary>The network and its widths.</summary>
    public NetworkLayout Layout { get; }

    /// <summary>The course of the training.</summary>
    public TrainingHistory History { get; }

    /// <summary>Every tensor by its name, in the order of the layers.</summary>
    public IReadOnlyList<NetworkTensor> Tensors { get; }

    /// <summary>The trained values, as <see cref="NetworkLayout.Slots"/> places them.</summary>
    internal ReadOnlyMemory<float> Parameters => _parameters;

    /// <summary>The values that are kept but not trained, as <see cref="NetworkLayout.Slots"/> places them.</summary>
    internal ReadOnlyMemory<float> Buffers => _buffers;

    /// <summary>
    /// Computes the network's outputs for one row: a logit for binary classification, a logit a class for multiclass
    /// classification, the predicted value for regression.
    /// </summary>
    /// <param name="features">As many values as the network has inputs.</param>
    /// <param name="output">Receives as many values as the network has outputs.</param>
    /// <exception cref="ArgumentException"><paramref name="features"/> or <paramref name="output"/> has another number of values.</exception>
    public void Predict(ReadOnlySpan<float> features, Span<float> output)
    {
        CheckLength(features.Length, Layout.InputWidth, nameof(features));
        CheckLength(output.Length, Layout.OutputWidth, nameof(output));
        _program.Run(features, output);
    }

    /// <summary>Computes the network's outputs for many rows, faster than one by one.</summary>
    /// <param name="features">Shape [<paramref name="rows"/>, inputs], row-major: the rows one after the other, each as wide as the network's input.</param>
    /// <param name="rows">The number of rows; may be 0.</param>
    /// <param name="outputs">Receives the outputs, of shape [<paramref name="rows"/>, outputs], row-major.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/> is below 0.</exception>
    /// <exception cref="ArgumentException">An array is not as long as its shape says.</exception>
    public void PredictBlock(ReadOnlySpan<float> features, int rows, Span<float> outputs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        CheckLength(features.Length, (long)rows * Layout.InputWidth, nameof(features));
        CheckLength(outputs.Length, (long)rows * Layout.OutputWidth, nameof(outputs));
        _program.RunBlock(features, rows, outputs);
    }

    /// <summary>As <see cref="Predict(ReadOnlySpan{float}, Span{float})"/>, for a row without its zeros.</summary>
    /// <exception cref="ArgumentException">An index is out of range or out of order, or a length does not fit.</exception>
    internal void Predict(ReadOnlySpan<int> slots, ReadOnlySpan<float> values, Span<float> output) => _program.Run(slots, values, output);

    /// <summary>The same for a row whose indices are known to ascend within the network's inputs.</summary>
    internal void PredictChecked(ReadOnlySpan<int> slots, ReadOnlySpan<float> values, Span<float> output) => _program.RunChecked(slots, values, output);

    /// <summary>Fetches what predictions need from outside the model: a torch module of the user's own, which is registered by name.</summary>
    /// <exception cref="InvalidOperationException">It is not registered, or libtorch is missing.</exception>
    internal void Prepare() => _program.Prepare();

    /// <summary>The same network with another history.</summary>
    internal TrainedNetwork With(TrainingHistory history) => new(this, history);

    internal void Save(Stream stream) => NetworkFile.Save(this, stream);

    /// <summary>Reads a network from the stream's position to its end; the stream must be seekable.</summary>
    /// <exception cref="FormatException">The file is damaged, or newer than this version of the package.</exception>
    internal static TrainedNetwork Load(Stream stream) => NetworkFile.Load(stream);

    private static void CheckLength(int actual, long expected, string name)
    {
        if (actual != expected)
            throw new ArgumentException($"{name} has {actual} values; {expected} are needed.", name);
    }
}
