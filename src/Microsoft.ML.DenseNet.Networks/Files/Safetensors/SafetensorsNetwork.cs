using System.Text;

namespace Microsoft.ML.DenseNet;

/// <summary>Builds a network from a safetensors file: finds the file's tensor for each of the network's, by name, and reads it.</summary>
internal static class SafetensorsNetwork
{
    /// <summary>The metadata key of the header of a model file; docs/model-format.md describes it.</summary>
    public const string HeaderName = "densenet.header";

    /// <summary>The metadata key of that header's format version.</summary>
    public const string VersionName = "densenet.version";

    /// <summary>PyTorch's batch counter in a BatchNorm, which predictions do not need.</summary>
    private const string CountName = "num_batches_tracked";

    /// <summary>How many tensors of each kind a message names.</summary>
    private const int Named = 10;

    /// <summary>Loads what <see cref="SafetensorsWriter"/> wrote.</summary>
    public static TrainedNetwork Load(Stream stream)
    {
        var file = SafetensorsHeader.Read(stream);
        if (!file.Metadata.TryGetValue(HeaderName, out string? text) || !file.Metadata.TryGetValue(VersionName, out string? version))
        {
            throw new FormatException(
                "The safetensors file does not say what its network is, as TrainedNetwork.SaveSafetensors does. " +
                "Give LoadSafetensors the layers, the number of features and the task.");
        }

        if (!int.TryParse(version, out int number) || number < 1)
            throw SafetensorsHeader.Damaged($"its metadata '{VersionName}' is '{NetworkFile.Excerpt(version)}'");
        if (number > NetworkFile.FormatVersion)
            throw new FormatException($"The safetensors file was saved by a newer version of Microsoft.ML.DenseNet: its format version is {number}, this package ({LibraryVersion.Full}) reads up to {NetworkFile.FormatVersion}. Update the package.");
        var header = NetworkHeader.FromJson(Encoding.UTF8.GetBytes(text));
        return Read(stream, file, header.Layout, header.History, header.Signature, new SafetensorsOptions()).Quantize(header.Quantization).WithStatistics(header.Statistics);
    }

    /// <summary>Loads a file from another library.</summary>
    public static TrainedNetwork Load(Stream stream, NetworkLayout layout, LearningTask task, SafetensorsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options.Prefix, nameof(options));
        NetworkLimits.Check(layout);
        var signature = new NetworkSignature(task)
        {
            ClassNames = options.ClassNames ?? (task == LearningTask.BinaryClassification ? NetworkSignature.BinaryClassNames : null),
            FeatureColumnName = options.FeatureColumnName,
            FeatureNames = options.FeatureNames,
        };
        if (signature.Misfit(layout) is { } misfit)
            throw new ArgumentException($"The network, the task and the options do not fit together: {misfit}.", nameof(options));
        if (options.TensorNames?.Keys.Except(layout.Tensors.Select(place => place.Name)).FirstOrDefault() is { } unknown)
            throw new ArgumentException($"TensorNames has '{unknown}', which is no tensor of the network; it has {Some(layout.Tensors.Select(place => $"'{place.Name}'"))}.", nameof(options));

        // Not trained here: a history without epochs.
        var history = new TrainingHistory([], 0, StopReason.Completed);
        return Read(stream, SafetensorsHeader.Read(stream), layout, history, signature, options);
    }

    private static TrainedNetwork Read(Stream stream, SafetensorsHeader file, NetworkLayout layout, TrainingHistory history, NetworkSignature signature, SafetensorsOptions options)
    {
        var found = Match(file, layout, options);
        long start = stream.Position;
        float[] parameters = new float[layout.ParameterCount];
        float[] buffers = new float[layout.BufferCount];
        foreach (var (place, entry) in found.OrderBy(pair => pair.Entry.Begin))
        {
            stream.Position = start + entry.Begin;
            SafetensorsReader.Read(stream, entry.Type, (place.IsTrained ? parameters : buffers).AsSpan(place.Offset, place.Count));
        }

        stream.Position = stream.Length;
        return new TrainedNetwork(layout, parameters, buffers, history, signature);
    }

    /// <summary>Finds the file's tensor for each of the network's, or reports everything that does not fit in one message.</summary>
    private static List<(TensorPlace Slot, SafetensorsEntry Entry)> Match(SafetensorsHeader file, NetworkLayout layout, SafetensorsOptions options)
    {
        var found = new List<(TensorPlace, SafetensorsEntry)>();
        var (missing, wrong, used) = (new List<string>(), new List<string>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var place in layout.Tensors)
        {
            string name = options.TensorNames?.GetValueOrDefault(place.Name) ?? options.Prefix + place.Name;
            used.Add(name);
            if (!file.Tensors.TryGetValue(name, out var entry))
                missing.Add($"'{name}' [{string.Join(", ", place.Shape)}]");
            else if (!entry.Shape.SequenceEqual(place.Shape.Select(size => (long)size)))
                wrong.Add($"{entry} should be [{string.Join(", ", place.Shape)}]");
            else if (!SafetensorsReader.Reads(entry.Type))
                wrong.Add($"{entry} should be F32, F64, F16 or BF16");
            else
                found.Add((place, entry));
        }

        // PyTorch stores a counter beside a BatchNorm's running averages.
        used.UnionWith(used.Where(name => name.EndsWith("running_var", StringComparison.Ordinal)).Select(name => name[..^"running_var".Length] + CountName).ToArray());
        string[] unexpected = options.AllowsUnexpected ? [] : [.. file.Tensors.Values.Where(entry => !used.Contains(entry.Name)).Select(entry => entry.ToString())];
        string[] faults = [.. Fault("Missing", missing), .. Fault("Unexpected", unexpected), .. Fault("Wrong", wrong)];
        if (faults.Length > 0)
            throw new FormatException($"The tensors of the safetensors file are not those of the network. {string.Join(". ", faults)}. SafetensorsOptions can name a prefix, other names, or allow unexpected tensors.");
        return found;
    }

    private static IEnumerable<string> Fault(string kind, IReadOnlyCollection<string> tensors) =>
        tensors.Count == 0 ? [] : [$"{kind}: {Some(tensors)}"];

    private static string Some(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return string.Join(", ", all.Take(Named)) + (all.Length > Named ? $" and {all.Length - Named} more" : "");
    }
}
