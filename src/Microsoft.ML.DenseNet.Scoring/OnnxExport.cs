using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>Builds the ONNX file of a network: features in, the columns of ML.NET's scorer for the task out.</summary>
internal static class OnnxExport
{
    public const string Features = DefaultColumnNames.Features;
    public const string Score = DefaultColumnNames.Score;
    public const string Probability = DefaultColumnNames.Probability;
    public const string PredictedLabel = DefaultColumnNames.PredictedLabel;

    // The graph's title in tools.
    private const string GraphName = "DenseNet";

    /// <summary>Returns the file of a model, not yet encoded.</summary>
    /// <exception cref="NotSupportedException">A layer has no ONNX form.</exception>
    public static ProtobufMessage ToMessage(INetworkModel model) =>
        OnnxModelWriter.ToMessage(BuildGraph(model.Network, ((IPredictor)model).PredictionKind), GraphName);

    /// <summary>Writes a file.</summary>
    /// <exception cref="InvalidOperationException">The file would be too large.</exception>
    /// <exception cref="IOException">The file cannot be written; an existing one is kept.</exception>
    public static void Save(ProtobufMessage file, string path) => AtomicFile.Write(path, "The ONNX file", file.WriteTo);

    /// <summary>Builds the graph of a network for a task.</summary>
    public static OnnxGraphBuilder BuildGraph(TrainedNetwork network, PredictionKind kind)
    {
        var layout = network.Layout;
        var graph = new OnnxGraphBuilder();
        string features = graph.AddInput(Features, layout.InputWidth);
        string outputs = new OnnxCompiler(graph, network.Parameters, network.Buffers).Read(layout.Root, features);
        if (kind == PredictionKind.MulticlassClassification)
            outputs = OnnxOutputs.Softmax(graph, outputs);
        if (network.Quantiles.Count > 0)
            outputs = graph.AddOutput(QuantileColumn.Name, outputs, OnnxElementType.Float, layout.OutputWidth);
        string score = graph.AddOutput(Score, OnnxOutputs.Score(graph, outputs, network.Signature), OnnxElementType.Float, network.Quantiles.Count > 0 ? 1 : layout.OutputWidth);
        switch (kind)
        {
            case PredictionKind.BinaryClassification:
                string probability = graph.AddOutput(Probability, OnnxOutputs.Sigmoid(graph, score), OnnxElementType.Float, 1);
                graph.AddOutput(PredictedLabel, OnnxOutputs.IsAbove(graph, score, network.Threshold), OnnxElementType.Bool, 1);
                if (network.Signature.Sets is { } setsOfTwo)
                    graph.AddOutput(SetColumn.Name, OnnxSets.OfTwo(graph, setsOfTwo, probability), OnnxElementType.Bool, 2);
                break;

            case PredictionKind.MulticlassClassification:
                graph.AddOutput(PredictedLabel, OnnxOutputs.Key(graph, score), OnnxElementType.UInt32, 1);
                if (network.Signature.Sets is { } sets)
                    graph.AddOutput(SetColumn.Name, OnnxSets.OfMany(graph, sets, score, network.ClassCount), OnnxElementType.Bool, network.ClassCount);
                break;

            case PredictionKind.Regression when OnnxIntervals.Of(graph, network, features, network.Quantiles.Count > 0 ? outputs : score) is var (lower, upper):
                graph.AddOutput(IntervalColumns.Lower, lower, OnnxElementType.Float, network.IntervalCoverages.Count);
                graph.AddOutput(IntervalColumns.Upper, upper, OnnxElementType.Float, network.IntervalCoverages.Count);
                break;
        }

        return graph;
    }
}
