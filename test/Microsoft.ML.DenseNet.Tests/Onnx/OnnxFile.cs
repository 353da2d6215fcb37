namespace Microsoft.ML.DenseNet.Tests;

/// <summary>An ONNX file, read back by the field numbers of onnx.proto, without the code that wrote it.</summary>
internal sealed class OnnxFile
{
    public OnnxFile(byte[] file)
    {
        Model = new ProtobufFields(file);
        Graph = Model.Message(7);
        Opsets = Model.AllMessages(8).ToDictionary(opset => opset.AllStrings(1).SingleOrDefault(""), opset => opset.Int64(2));
        Nodes = [.. Graph.AllMessages(1).Select(node => new OnnxFileNode(
            node.String(3), node.String(4), node.AllStrings(7).SingleOrDefault(""), node.AllStrings(1), node.AllStrings(2),
            [.. node.AllMessages(5).Select(attribute => attribute.String(1))]))];
        Tensors = Graph.AllMessages(5);
        Inputs = [.. Graph.AllMessages(11).Select(Describe)];
        Outputs = [.. Graph.AllMessages(12).Select(Describe)];
    }

    public ProtobufFields Model { get; }

    public ProtobufFields Graph { get; }

    public IReadOnlyDictionary<string, long> Opsets { get; }

    public IReadOnlyList<OnnxFileNode> Nodes { get; }

    public IReadOnlyList<ProtobufFields> Tensors { get; }

    /// <summary>Name, number of the element type, and dimensions, for example <c>Score: 1 [N, 3]</c>.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <summary>As <see cref="Inputs"/>.</summary>
    public IReadOnlyList<string> Outputs { get; }

    private static string Describe(ProtobufFields value)
    {
        var tensor = value.Message(2).Message(1);
        var dimensions = tensor.Message(2).AllMessages(1).Select(dimension => dimension.AllStrings(2).SingleOrDefault() ?? $"{dimension.Int64(1)}");
        return $"{value.String(1)}: {tensor.Int64(1)} [{string.Join(", ", dimensions)}]";
    }
}
