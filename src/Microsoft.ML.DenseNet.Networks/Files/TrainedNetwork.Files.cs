using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <content>Saving and loading: as a network file, from ML.NET's zip, and as safetensors.</content>
public sealed partial class TrainedNetwork
{
    /// <summary>How large a network from a zip may be when unpacked, unless the caller says otherwise: 1 GiB.</summary>
    public const long DefaultMaximumBytes = 1 << 30;

    /// <summary>How many names of a long list are shown.</summary>
    private const int ShownNames = 10;

    /// <summary>
    /// Loads a network from a <c>.zip</c> that <c>mlContext.Model.Save</c> wrote, where the last step of the pipeline is a DenseNet model,
    /// or from a file that <see cref="Save(string)"/> wrote. ML.NET is not needed.
    /// </summary>
    /// <remarks>
    /// Steps of the pipeline before the network are not applied; <see cref="PrecedingTransforms"/> names them. Pass <see cref="Predict(ReadOnlySpan{float}, Span{float})"/>
    /// what the column <see cref="FeatureColumnName"/> holds after them.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <param name="maximumBytes">The largest network to unpack from a zip, in bytes; at least 1. A small hostile zip can unpack to any size.</param>
    /// <exception cref="FormatException">
    /// The file is neither of the two, is damaged, is newer than this version of the package, is larger than <paramref name="maximumBytes"/>,
    /// or the pipeline's last step is something else; the message says which.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maximumBytes"/> is below 1.</exception>
    public static TrainedNetwork Load(string path, long maximumBytes = DefaultMaximumBytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = File.OpenRead(path);
        return Load(stream, maximumBytes);
    }

    /// <summary>Like <see cref="Load(string, long)"/>, from the stream's position to its end. The stream stays open.</summary>
    /// <param name="stream">A readable, seekable stream. A zip must start at the stream's beginning.</param>
    /// <param name="maximumBytes">The largest network to unpack from a zip, in bytes; at least 1.</param>
    /// <inheritdoc cref="Load(string, long)" path="/*[not(self::param)]"/>
    /// <exception cref="ArgumentException">The stream is not seekable, or a zip begins in the middle of it.</exception>
    public static TrainedNetwork Load(Stream stream, long maximumBytes = DefaultMaximumBytes)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumBytes, 1);
        return FileKinds.Of(stream) switch
        {
            FileKind.Zip => ModelArchive.Load(stream, maximumBytes),
            FileKind.Pickle => throw new FormatException(FileKinds.PyTorchMessage),
            FileKind.Safetensors => throw new FormatException("The file holds safetensors, not a DenseNet model: load it with TrainedNetwork.LoadSafetensors."),
            _ => NetworkFile.Load(stream),
        };
    }

    /// <summary>Saves just the network, without ML.NET's zip around it. A failure leaves an existing file unchanged.</summary>
    /// <remarks>docs/model-format.md describes the file. It does not hold the seconds of <see cref="History"/>: the same training produces the same file.</remarks>
    /// <param name="path">The file's path, usually ending in <c>.densenet</c>.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, "The network", Save);
    }

    /// <summary>Writes just the network, starting at the stream's position. The stream stays open.</summary>
    /// <param name="stream">A writable stream.</param>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        NetworkFile.Save(this, stream);
    }

    /// <summary>Saves the network's values for PyTorch and other tools, in the safetensors format. A failure leaves an existing file unchanged.</summary>
    /// <remarks>
    /// Tensors have PyTorch's names and shapes, those of the equivalent <c>nn.Sequential</c>: <c>0.weight</c> of shape [outputs, inputs],
    /// <c>1.running_mean</c>. The metadata describes the layers, the task, the classes and the features, so that
    /// <see cref="LoadSafetensors(string)"/> needs nothing else.
    /// </remarks>
    /// <param name="path">The file's path, usually ending in <c>.safetensors</c>.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveSafetensors(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, "The safetensors file", SaveSafetensors);
    }

    /// <inheritdoc cref="SaveSafetensors(string)"/>
    /// <summary>Writes the network's values in the safetensors format, starting at the stream's position. The stream stays open.</summary>
    /// <param name="stream">A writable stream.</param>
    public void SaveSafetensors(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        SafetensorsWriter.Write(this, stream);
    }

    /// <summary>Loads a network that <see cref="SaveSafetensors(string)"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FormatException">The file is damaged, holds no description of a network, or has another format; the message says which.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static TrainedNetwork LoadSafetensors(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = File.OpenRead(path);
        return LoadSafetensors(stream);
    }

    /// <inheritdoc cref="LoadSafetensors(string)"/>
    /// <summary>Loads a network that <see cref="SaveSafetensors(Stream)"/> wrote, from the stream's position to its end. The stream stays open.</summary>
    /// <param name="stream">A readable, seekable stream.</param>
    /// <exception cref="ArgumentException">The stream is not seekable.</exception>
    public static TrainedNetwork LoadSafetensors(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return SafetensorsNetwork.Load(stream);
    }

    /// <summary>Loads a network that was trained elsewhere, for example by PyTorch, and whose tensors were saved as safetensors.</summary>
    /// <remarks>
    /// Each tensor of <paramref name="network"/> is looked up by its name, which is that of the equivalent <c>nn.Sequential</c>
    /// (<see cref="NetworkLayout.Tensors"/> lists them), and must have its shape. Numbers of 16, 32 and 64 bits are read; wider ones are
    /// rounded to single precision.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <param name="network">The layers, without an output function: a classifier ends with its logits.</param>
    /// <param name="inputWidth">The number of features, from 1 to <see cref="Layer.MaximumUnits"/>.</param>
    /// <param name="task">What the network predicts. Binary classification and regression need one output, multiclass classification one for each class.</param>
    /// <param name="options">How the file names the tensors, and what the classes and features are called; null for the defaults.</param>
    /// <exception cref="FormatException">Tensors are missing, unexpected or of the wrong shape or type, or the file is damaged; the message names all of them.</exception>
    /// <exception cref="ArgumentException">The layers do not fit together, or do not fit the task or the options.</exception>
    /// <exception cref="InvalidOperationException">The network is too large.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static TrainedNetwork LoadSafetensors(string path, Layer network, int inputWidth, LearningTask task, SafetensorsOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = File.OpenRead(path);
        return LoadSafetensors(stream, network, inputWidth, task, options);
    }

    /// <inheritdoc cref="LoadSafetensors(string, Layer, int, LearningTask, SafetensorsOptions?)" path="/*[not(self::param)]"/>
    /// <param name="stream">A readable, seekable stream, read from its position to its end. It stays open.</param>
    /// <param name="network">The layers, without an output function: a classifier ends with its logits.</param>
    /// <param name="inputWidth">The number of features, from 1 to <see cref="Layer.MaximumUnits"/>.</param>
    /// <param name="task">What the network predicts.</param>
    /// <param name="options">How the file names the tensors, and what the classes and features are called; null for the defaults.</param>
    public static TrainedNetwork LoadSafetensors(Stream stream, Layer network, int inputWidth, LearningTask task, SafetensorsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return SafetensorsNetwork.Load(stream, new NetworkLayout(network, inputWidth), task, options ?? new SafetensorsOptions());
    }

    /// <summary>Describes in a few lines what the network reads and predicts, and which transforms are not applied.</summary>
    public override string ToString()
    {
        string column = FeatureColumnName is null ? "" : $" of the column '{FeatureColumnName}'";
        string features = FeatureNames is null ? "" : $": {Shown(FeatureNames)}";
        string categories = CategoryColumns.Count == 0 ? "" : $"\nCategory columns, one-hot blocks at the end of a row: {Shown([.. CategoryColumns.Select(category => $"{category.Name} ({category.Width} features)")])}";
        string classes = ClassNames is null ? "" : $"\nClasses: {Shown(ClassNames)}";
        string steps = PrecedingTransforms.Count == 0 ? "" : $"\nThe pipeline's steps before the network are not applied: {Shown(PrecedingTransforms)}";
        return string.Create(CultureInfo.InvariantCulture, $"{Task} from {Layout.InputWidth} features{column}{features}{categories}{classes}{steps}");
    }

    private static string Shown(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(ShownNames)) + (names.Count > ShownNames ? $" and {names.Count - ShownNames} more" : "");
}
