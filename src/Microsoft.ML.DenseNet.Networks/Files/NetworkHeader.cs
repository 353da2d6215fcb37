using System.Buffers;
using System.Text.Json;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// The JSON header of a model file: everything about a trained network except its values and the seconds of its history, which
/// no two trainings share (<see cref="EpochTimes"/>).
/// </summary>
/// <param name="LibraryVersion">The version of the package that wrote the file.</param>
/// <param name="Signature">What the network reads and predicts.</param>
/// <param name="Layout">The network with its widths.</param>
/// <param name="History">The training history.</param>
/// <param name="Quantization">The numbers that it predicts with.</param>
/// <param name="Statistics">Statistics of its training rows; null for none.</param>
internal sealed record NetworkHeader(string LibraryVersion, NetworkSignature Signature, NetworkLayout Layout, TrainingHistory History, NetworkQuantization Quantization = NetworkQuantization.None, TrainingStatistics? Statistics = null)
{
    private const string QuantizationName = "quantization";

    // The header's own object and the field that holds the network, with room to spare for the history.
    private const int MaximumDepth = LayerJson.MaximumJsonDepth + 4;

    // What the longest history, the largest network and the longest lists of names need; each token costs the parser memory.
    private const int MaximumTokens = (16 * TrainingHistory.MaximumCount) + NetworkLimits.MaximumTokens + SignatureJson.MaximumTokens + BackgroundJson.MaximumTokens
        + StatisticsJson.MaximumTokens + UncertaintyJson.MaximumTokens;

    public static NetworkHeader Of(TrainedNetwork network) =>
        new(DenseNet.LibraryVersion.Full, network.Signature, network.Layout, network.History, network.Quantization, network.Statistics);

    public ReadOnlyMemory<byte> ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = MaximumDepth }))
        {
            json.WriteStartObject();
            json.WriteString("libraryVersion", LibraryVersion);
            SignatureJson.Write(Signature, json);
            BackgroundJson.Write(Signature.Background, json);
            json.WriteNumber("inputWidth", Layout.InputWidth);
            json.WriteNumber("outputWidth", Layout.OutputWidth);
            json.WriteNumber("parameterCount", Layout.ParameterCount);
            json.WriteNumber("bufferCount", Layout.BufferCount);
            if (Quantization != NetworkQuantization.None)
                json.WriteString(QuantizationName, Quantization.ToString());
            StatisticsJson.Write(Statistics, json);
            json.WritePropertyName("network");
            LayerJson.Write(Layout.Layer, json);
            json.WritePropertyName("history");
            WriteHistory(History, json);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <exception cref="FormatException">The text is not a header of this format version.</exception>
    public static NetworkHeader FromJson(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var document = BoundedJson.Parse(text, MaximumDepth, MaximumTokens)
                ?? throw NetworkFile.Damaged("its header is too long");
            return Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second is how the parser reports strings with invalid Unicode, and only when they are read.
            throw NetworkFile.Damaged($"its header is not valid JSON ({NetworkFile.Excerpt(e.Message)})");
        }
    }

    private static NetworkHeader Read(JsonElement root)
    {
        var fields = new JsonFields(root, "the header");
        string libraryVersion = fields.String("libraryVersion");
        var signature = SignatureJson.Read(ref fields);
        int inputWidth = fields.Int32("inputWidth");
        signature = signature with { Background = BackgroundJson.Read(inputWidth, ref fields) };
        int outputWidth = fields.Int32("outputWidth");
        int parameterCount = fields.Int32("parameterCount");
        int bufferCount = fields.Int32("bufferCount");
        var quantization = fields.OptionalEnum<NetworkQuantization>(QuantizationName) ?? NetworkQuantization.None;
        var layer = LayerJson.Read(fields.Take("network"));
        var history = ReadHistory(fields.Take("history"));
        bool hasStatistics = fields.TryTake(StatisticsJson.FieldName, out var statistics);
        fields.Done();

        var layout = Infer(layer, inputWidth);
        Agree(outputWidth, layout.OutputWidth, "outputs");
        Agree(parameterCount, layout.ParameterCount, "parameters");
        Agree(bufferCount, layout.BufferCount, "buffer values");
        return signature.Misfit(layout) is { } misfit
            ? throw NetworkFile.Damaged(misfit)
            : new NetworkHeader(libraryVersion, signature, layout, history, quantization, hasStatistics ? StatisticsJson.Read(statistics, layout, signature.Task) : null);
    }

    /// <summary>Infers the widths of a network from a file.</summary>
    /// <exception cref="FormatException">They do not fit, or the network is too large.</exception>
    internal static NetworkLayout Infer(Layer layer, int inputWidth)
    {
        NetworkLayout layout;
        try
        {
            layout = new NetworkLayout(layer, inputWidth);
        }
        catch (ArgumentException e)
        {
            throw NetworkFile.Damaged($"its network does not fit together: {NetworkFile.Excerpt(e.Message)}");
        }

        return NetworkLimits.Excess(layout) is { } excess ? throw NetworkFile.Damaged(excess) : layout;
    }

    private static void Agree(int declared, int inferred, string what)
    {
        if (declared != inferred)
            throw NetworkFile.Damaged($"it declares {declared} {what}, its network has {inferred}");
    }

    private static void WriteHistory(TrainingHistory history, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("bestEpoch", history.BestEpoch);
        json.WriteString("stopReason", history.StopReason.ToString());
        if (history.Networks > 1)
            json.WriteNumber("networks", history.Networks);
        json.WriteStartArray("epochs");
        foreach (var epoch in history)
        {
            json.WriteStartObject();
            json.WriteNumber("epoch", epoch.Epoch);
            WriteNumber("trainingLoss", epoch.TrainingLoss, json);
            if (epoch.ValidationLoss is { } validationLoss)
                WriteNumber("validationLoss", validationLoss, json);
            WriteNumber("learningRate", epoch.LearningRate, json);
            if (epoch.GradientNorm is { } gradientNorm)
                WriteNumber("gradientNorm", gradientNorm, json);
            if (epoch.ValidationMetric is { } validationMetric)
                WriteNumber("validationMetric", validationMetric, json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static TrainingHistory ReadHistory(JsonElement element)
    {
        var fields = new JsonFields(element, "the history");
        int bestEpoch = fields.Int32("bestEpoch");
        var stopReason = fields.Enum<StopReason>("stopReason");
        int networks = fields.OptionalInt32("networks") ?? 1;
        var array = fields.Array("epochs");
        fields.Done();

        int count = array.GetArrayLength();
        if (count > TrainingHistory.MaximumCount)
            throw NetworkFile.Damaged($"the history has {count:N0} epochs; at most {TrainingHistory.MaximumCount:N0} are accepted");
        if (bestEpoch < 0 || bestEpoch > count)
            throw NetworkFile.Damaged($"the history of {count} epochs names {bestEpoch} as the best");
        if (networks < 1)
            throw NetworkFile.Damaged($"the history is one of {networks} networks");

        var epochs = new EpochRecord[count];
        int index = 0;
        foreach (var item in array.EnumerateArray())
            epochs[index++] = ReadEpoch(item);
        return new TrainingHistory(epochs, bestEpoch, stopReason, networks);
    }

    private static EpochRecord ReadEpoch(JsonElement element)
    {
        var fields = new JsonFields(element, "an epoch of the history");
        var epoch = new EpochRecord(
            fields.Int32("epoch"),
            fields.Double("trainingLoss"),
            fields.OptionalDouble("validationLoss"),
            fields.Double("learningRate"),
            fields.OptionalDouble("gradientNorm"),
            Seconds: 0,
            fields.OptionalDouble("validationMetric"));
        fields.Done();
        return epoch;
    }

    // JSON has no NaN and no infinity.
    private static void WriteNumber(string name, double value, Utf8JsonWriter json)
    {
        if (double.IsFinite(value))
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }
}
