using System.Globalization;
using System.IO.Compression;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Reads the zip of ML.NET's <c>Model.Save</c> without ML.NET: finds the pipeline's last step and, if it is ours, its network.
/// </summary>
/// <remarks>
/// Files are untrusted. Of the parts that are not ours, only the names are read; the caller limits how much is unpacked.
/// </remarks>
internal sealed class ModelArchive
{
    private const string Root = "TransformerChain";
    private const string ModelRoot = "Predictor";
    private const string Chain = "TransformerChain";
    private const string KeyEntry = "/Model.key";

    private const int MaximumEntries = 100_000;
    private const int MaximumSteps = 10_000;
    private const int MaximumDepth = 64;

    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);
    private readonly List<(string Folder, ModelKey Key)> _steps = [];
    private readonly long _maximumBytes;

    private ModelArchive(ZipArchive zip, long maximumBytes)
    {
        _maximumBytes = maximumBytes;
        if (zip.Entries.Count > MaximumEntries)
            throw NetworkFile.Damaged($"it is a zip of {zip.Entries.Count:N0} entries; at most {MaximumEntries:N0} are accepted");
        foreach (var entry in zip.Entries)
        {
            // On Windows, ML.NET writes backslashes.
            if (!_entries.TryAdd(entry.FullName.Replace('\\', '/'), entry))
                throw NetworkFile.Damaged($"it is a zip with two entries of the name '{NetworkFile.Excerpt(entry.FullName)}'");
        }
    }

    /// <param name="stream">The zip, at its beginning.</param>
    /// <param name="maximumBytes">The largest network to unpack, in bytes.</param>
    /// <exception cref="FormatException">The file does not hold a pipeline that ends with one of our networks; the message says what it holds.</exception>
    public static TrainedNetwork Load(Stream stream, long maximumBytes)
    {
        if (stream.Position != 0)
            throw new ArgumentException($"A zip must begin at the beginning of its stream; this one begins at byte {stream.Position}.", nameof(stream));
        try
        {
            using var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            return new ModelArchive(zip, maximumBytes).Load();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw NetworkFile.Damaged("it is a zip that cannot be unpacked");
        }
    }

    private TrainedNetwork Load()
    {
        string root = _entries.ContainsKey(Root + KeyEntry) ? Root : ModelRoot;
        if (!_entries.ContainsKey(root + KeyEntry))
        {
            throw new FormatException(_entries.Keys.Any(name => name.EndsWith("/data.pkl", StringComparison.Ordinal))
                ? FileKinds.PyTorchMessage
                : $"The file is a zip, but not of mlContext.Model.Save: it has no entry '{Root}{KeyEntry}'.");
        }

        AddSteps(root, 1);
        var (folder, key) = _steps[^1];
        if (ModelSignatures.Find(key.LoaderSignature) is not { } found)
            throw NotOurs(key.LoaderSignature);
        if (key.ReadableVersion > ModelSignatures.Version)
            throw new FormatException($"The DenseNet model was saved by a newer version of Microsoft.ML.DenseNet than this one ({LibraryVersion.Full}). Update the package.");

        var network = ReadNetwork(folder + found.Folder);
        return network.Task == found.Task
            ? network.With(network.Signature with { PrecedingTransforms = [.. _steps.SkipLast(1).Select(step => step.Key.LoaderSignature)] })
            : throw NetworkFile.Damaged($"its network is one of {network.Task}, its transformer one of {found.Task}");
    }

    /// <summary>Appends a part of the pipeline, or, for a chain, the parts that make it up.</summary>
    private void AddSteps(string folder, int depth)
    {
        if (!_entries.TryGetValue(folder + KeyEntry, out var entry))
            throw NetworkFile.Damaged($"the entry '{folder}{KeyEntry}' is missing");
        var key = ModelKey.Read(entry);
        if (key.LoaderSignature != Chain)
        {
            _steps.Add((folder, key));
            return;
        }

        if (depth > MaximumDepth || key.FirstNumber < 1 || key.FirstNumber > MaximumSteps - _steps.Count)
            throw NetworkFile.Damaged($"its pipeline at '{folder}' has {key.FirstNumber:N0} steps, {depth} levels deep; from 1 to {MaximumSteps:N0} in {MaximumDepth} levels are accepted");
        for (int i = 0; i < key.FirstNumber; i++)
            AddSteps(string.Create(CultureInfo.InvariantCulture, $"{folder}/Transform_{i:000}"), depth + 1);
    }

    private FormatException NotOurs(string last)
    {
        int ours = _steps.FindLastIndex(step => ModelSignatures.Find(step.Key.LoaderSignature) is not null);
        return new FormatException(ours < 0
            ? $"The saved pipeline holds no DenseNet model; its last step is '{last}'. Load it with ML.NET."
            : $"The saved pipeline's last step is '{last}', not the DenseNet model, which is step {ours + 1} of {_steps.Count}. " +
              "Save the part of the pipeline that ends with the trainer, or load the whole with ML.NET.");
    }

    private TrainedNetwork ReadNetwork(string folder)
    {
        if (!_entries.TryGetValue($"{folder}/{ModelSignatures.NetworkEntry}", out var entry))
            throw NetworkFile.Damaged($"the entry '{ModelSignatures.NetworkEntry}' is missing");
        CheckLength(entry, _maximumBytes);
        TrainedNetwork network;
        using (var stream = new ZipEntryStream(entry))
            network = NetworkFile.Load(stream);

        if (!_entries.TryGetValue($"{folder}/{ModelSignatures.TimesEntry}", out var times))
            return network;
        using (var stream = new ZipEntryStream(times))
            return network.With(EpochTimes.Load(network.History, stream));
    }

    private static void CheckLength(ZipArchiveEntry entry, long maximum)
    {
        if (entry.Length > maximum)
            throw new FormatException($"The network has {entry.Length:N0} bytes unpacked; at most {maximum:N0} were asked for. If the file is from a place that you trust, give Load a larger maximumBytes.");
    }
}
