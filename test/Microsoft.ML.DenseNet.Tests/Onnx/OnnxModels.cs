namespace Microsoft.ML.DenseNet.Tests;

/// <summary>ONNX files of networks.</summary>
internal static class OnnxModels
{
    /// <summary>A network alone: its outputs are the Score, as in regression, but of any width.</summary>
    public static byte[] Export(RandomNetwork network) => Export(network.Layout, network.Parameters, network.Buffers);

    /// <inheritdoc cref="Export(RandomNetwork)"/>
    public static byte[] Export(NetworkLayout layout, float[] parameters, float[] buffers) =>
        Export(new TrainedNetwork(layout, parameters, buffers, TestNetworks.History()), PredictionKind.Regression);

    public static byte[] Export(TrainedNetwork network, PredictionKind kind)
    {
        using var stream = new MemoryStream();
        OnnxModelWriter.ToMessage(OnnxExport.BuildGraph(network, kind), "DenseNet").WriteTo(stream);
        return stream.ToArray();
    }
}
