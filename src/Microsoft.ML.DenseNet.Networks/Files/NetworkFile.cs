namespace Microsoft.ML.DenseNet;

/// <summary>The file of a trained network, as docs/model-format.md describes it.</summary>
internal static class NetworkFile
{
    /// <summary>The newest version of the format that is read: the one of a network with background rows, statistics, intervals or sets of classes.</summary>
    public const int FormatVersion = 4;

    /// <summary>The longest header accepted: a history of <see cref="TrainingHistory.MaximumCount"/> epochs fits.</summary>
    public const int MaximumHeaderLength = 32 << 20;

    public static SealedFile Format { get; } = new(
        "DENSENET", FormatVersion, MaximumHeaderLength, "The DenseNet model", "Copy the file again from where it was saved, or train and save the model again.");

    public static void Save(TrainedNetwork network, Stream stream)
    {
        void Write(ValueWriter writer)
        {
            writer.Write(network.Parameters.Span);
            writer.Write(network.Buffers.Span);
        }

        Format.Save(stream, NetworkHeader.Of(network).ToJson(), Write, VersionOf(network));
    }

    /// <summary>
    /// The version of a network's file: the oldest that describes it. Version 1 does not know quantization, and a reader of it would
    /// predict other values; version 2 does not know category columns; version 3 knows no background rows, statistics, intervals or sets of classes.
    /// </summary>
    public static int VersionOf(TrainedNetwork network) => network switch
    {
        { Background: not null } or { Statistics: not null } or { Signature.StatesUncertainty: true } => 4,
        { CategoryColumns.Count: > 0 } => 3,
        { Quantization: not NetworkQuantization.None } => 2,
        _ => 1,
    };

    /// <summary>Reads a network from the stream's position to its end.</summary>
    /// <exception cref="FormatException">The file is damaged, or newer than this version of the package.</exception>
    public static TrainedNetwork Load(Stream stream)
    {
        var (text, values) = Format.Open(stream);
        var header = NetworkHeader.FromJson(text);
        var layout = header.Layout;
        long expected = sizeof(float) * ((long)layout.ParameterCount + layout.BufferCount);
        if (values.Left != expected)
            throw Damaged($"it has {values.Left} bytes of values where its header asks for {expected}");

        float[] parameters = values.ReadFloats(layout.ParameterCount);
        float[] buffers = values.ReadFloats(layout.BufferCount);
        stream.Position = stream.Length;
        return new TrainedNetwork(layout, parameters, buffers, header.History, header.Signature, header.Quantization) { Statistics = header.Statistics };
    }

    /// <inheritdoc cref="SealedFile.Damaged"/>
    public static FormatException Damaged(string detail) => Format.Damaged(detail);

    /// <summary>Shortens a text from a file to fit in a message.</summary>
    public static string Excerpt(string text)
    {
        const int Longest = 300;
        return text.Length <= Longest ? text : string.Concat(text.AsSpan(0, Longest), "...");
    }
}
