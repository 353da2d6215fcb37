namespace Microsoft.ML.DenseNet.Tests;

/// <summary>
/// The data of TensorBoard's plugin <c>hparams</c> in a directory of event files: Event.summary (5), Summary.value (1), Value.tag (1) and .metadata (9),
/// SummaryMetadata.plugin_data (1), PluginData.plugin_name (1) and .content (2).
/// </summary>
internal sealed record HyperparameterEvents(IReadOnlyList<(string Tag, ProtobufFields Data)> Data)
{
    public static HyperparameterEvents Read(string directory)
    {
        var data = new List<(string, ProtobufFields)>();
        foreach (byte[] content in TensorBoardEvents.ReadFrames(directory))
        {
            foreach (var value in new ProtobufFields(content).AllMessages(5).Select(summary => summary.Message(1)))
            {
                foreach (var plugin in value.AllMessages(9).Select(metadata => metadata.Message(1)))
                {
                    Assert.AreEqual("hparams", plugin.String(1));
                    data.Add((value.String(1), plugin.Message(2)));
                }
            }
        }

        return new HyperparameterEvents(data);
    }
}
