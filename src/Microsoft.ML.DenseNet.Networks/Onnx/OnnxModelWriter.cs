namespace Microsoft.ML.DenseNet;

/// <summary>Writes a graph as an ONNX file. Field numbers are those of onnx.proto.</summary>
internal static class OnnxModelWriter
{
    /// <summary>
    /// The version of the operators. Every operator in use means the same from opset 11 on; 13 (ONNX 1.8, from 2020) is where Softmax
    /// got its present meaning, and any tool of recent years reads it. Nothing newer is needed.
    /// </summary>
    public const int OpsetVersion = 13;

    /// <summary>The version of the file format, as ONNX 1.8 wrote it.</summary>
    public const int IrVersion = 7;

    public const string ProducerName = "Microsoft.ML.DenseNet";

    // The name, in shapes, of the number of rows, which is open.
    private const string BatchDimension = "N";

    // AttributeProto.AttributeType
    private const int FloatAttribute = 1;
    private const int IntAttribute = 2;
    private const int IntsAttribute = 7;

    /// <summary>The whole file as a message, not yet encoded.</summary>
    public static ProtobufMessage ToMessage(OnnxGraphBuilder graph, string name)
    {
        var opset = new ProtobufMessage().Add(1, "").Add(2, OpsetVersion);
        return new ProtobufMessage()
            .Add(1, IrVersion)
            .Add(2, ProducerName)
            .Add(3, LibraryVersion.Short)
            .Add(7, Graph(graph, name))
            .Add(8, opset);
    }

    private static ProtobufMessage Graph(OnnxGraphBuilder graph, string name)
    {
        var message = new ProtobufMessage();
        foreach (var node in graph.Nodes)
            message.Add(1, Node(node));
        message.Add(2, name);
        foreach (var tensor in graph.Tensors)
            message.Add(5, Tensor(tensor));
        foreach (var input in graph.Inputs)
            message.Add(11, ValueInfo(input));
        foreach (var output in graph.Outputs)
            message.Add(12, ValueInfo(output));
        return message;
    }

    private static ProtobufMessage Node(OnnxGraphNode node)
    {
        var message = new ProtobufMessage();
        foreach (string input in node.Inputs)
            message.Add(1, input);
        message.Add(2, node.Output);
        if (node.SecondOutput is { } second)
            message.Add(2, second);
        message.Add(3, node.Name).Add(4, node.Operation);
        foreach (var attribute in node.Attributes)
            message.Add(5, Attribute(attribute));
        return message;
    }

    private static ProtobufMessage Attribute(OnnxAttribute attribute)
    {
        var message = new ProtobufMessage().Add(1, attribute.Name);
        switch (attribute.Value)
        {
            case float value:
                return message.Add(2, value).Add(20, FloatAttribute);

            case long value:
                return message.Add(3, value).Add(20, IntAttribute);

            default:
                foreach (long value in (long[])attribute.Value)
                    message.Add(8, value);
                return message.Add(20, IntsAttribute);
        }
    }

    private static ProtobufMessage Tensor(OnnxTensor tensor)
    {
        var message = new ProtobufMessage();
        foreach (long size in tensor.Shape)
            message.Add(1, size);
        return message.Add(2, (int)tensor.ElementType).Add(8, tensor.Name).Add(9, tensor.ByteCount, tensor.GetBytes);
    }

    private static ProtobufMessage ValueInfo(OnnxValue value)
    {
        var rows = new ProtobufMessage().Add(2, BatchDimension);
        var columns = new ProtobufMessage().Add(1, value.Width);
        var shape = new ProtobufMessage().Add(1, rows).Add(1, columns);
        var tensor = new ProtobufMessage().Add(1, (int)value.ElementType).Add(2, shape);
        return new ProtobufMessage().Add(1, value.Name).Add(2, new ProtobufMessage().Add(1, tensor));
    }
}
