using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>
/// ML.NET's exporter in small: the rules for names and the walk over the pipeline are those of Microsoft.ML.OnnxConverter's
/// OnnxContextImpl and SaveOnnxCommand.
/// </summary>
internal sealed class TestOnnxContext(int opset) : OnnxContext
{
    private readonly Dictionary<string, string> _variableByColumn = [];
    private readonly HashSet<string> _variables = [];
    private readonly HashSet<string> _nodeNames = [];
    private readonly List<ProtobufMessage> _nodes = [];
    private readonly List<ProtobufMessage> _tensors = [];
    private readonly List<ProtobufMessage> _inputs = [];
    private readonly List<ProtobufMessage> _outputs = [];

    /// <summary>Converts a pipeline: all columns of the data become inputs, those named become outputs with <c>.output</c> at the end.</summary>
    /// <returns>The file; null when a step cannot save itself.</returns>
    public byte[]? Convert(ITransformer model, IDataView input, params string[] outputColumns)
    {
        var output = model.Transform(input);
        var steps = new Stack<ITransformCanSaveOnnx>();
        for (var view = output; view is IDataTransform transform && view != input; view = transform.Source)
        {
            if (transform is not ITransformCanSaveOnnx step || !step.CanSaveOnnx(this))
                return null;
            steps.Push(step);
        }

        foreach (var column in input.Schema.Where(column => !column.IsHidden))
            _inputs.Add(Value(AddVariable(column.Name), column.Type));
        foreach (var step in steps)
            step.SaveAsOnnx(this);
        foreach (string name in outputColumns)
        {
            var type = output.Schema[name].Type;
            string variable = GetVariableName(name);
            string outputVariable = AddIntermediateVariable(type, $"{name}.output");
            CreateNode("Identity", variable, outputVariable, GetNodeName("Identity"), "");
            _outputs.Add(Value(outputVariable, type));
        }

        return ToFile();
    }

    public override string GetNodeName(string prefix) => Unique(prefix, _nodeNames);

    public override bool IsVariableDefined(string variableName) => _variables.Contains(variableName);

    public override bool ContainsColumn(string colName) => _variableByColumn.ContainsKey(colName);

    public override void CheckOpSetVersion(int thisTransformerMinumumOpSetVersion, string registerTransformerName)
    {
        if (opset < thisTransformerMinumumOpSetVersion)
            throw new ArgumentOutOfRangeException(nameof(thisTransformerMinumumOpSetVersion), $"{registerTransformerName} needs opset {thisTransformerMinumumOpSetVersion}.");
    }

    public override void RemoveColumn(string colName, bool removeVariable = false) => _variableByColumn.Remove(colName);

    public override void RemoveVariable(string variableName, bool removeColumn) => throw new NotSupportedException();

    public override void RemoveInputVariable(string variableName) => throw new NotSupportedException();

    public override string GetVariableName(string colName) => _variableByColumn[colName];

    public override string AddIntermediateVariable(DataViewType type, string colName, bool skip = false)
    {
        Assert.IsTrue(skip || type is not null, "Without a type, ML.NET throws.");
        return AddVariable(colName);
    }

    public override OnnxNode CreateNode(string opType, IEnumerable<string> inputs, IEnumerable<string> outputs, string name, string? domain = null)
    {
        var node = new ProtobufMessage();
        foreach (string input in inputs)
            node.Add(1, input);
        foreach (string output in outputs)
            node.Add(2, output);
        _nodes.Add(node.Add(3, name).Add(4, opType).Add(7, domain ?? "ai.onnx.ml"));
        return new TestOnnxNode(node);
    }

    public override OnnxVersion GetOnnxVersion() => OnnxVersion.Stable;

    public override List<long> RetrieveShapeOrNull(string variableName) => throw new NotSupportedException();

    public override string AddInitializer(float value, string? name = null, bool makeUniqueName = true) =>
        AddTensor(name ?? "float", 1, [], MemoryMarshal.AsBytes<float>([value]));

    public override string AddInitializer(long value, string? name = null, bool makeUniqueName = true) =>
        AddTensor(name ?? "int64", 7, [], MemoryMarshal.AsBytes<long>([value]));

    public override string AddInitializer(IEnumerable<float> values, IEnumerable<long> dims, string? name = null, bool makeUniqueName = true)
    {
        float[] array = [.. values];
        Assert.AreEqual(array.Length, dims.Aggregate((x, y) => x * y), "ML.NET demands that the shape holds the values.");
        return AddTensor(name ?? "floats", 1, dims, MemoryMarshal.AsBytes<float>(array));
    }

    public override string AddInitializer(bool value, string? name = null, bool makeUniqueName = true) => throw new NotSupportedException();

    public override string AddInitializer(int value, Type type, string? name = null, bool makeUniqueName = true) => throw new NotSupportedException();

    public override string AddInitializer(string value, string? name = null, bool makeUniqueName = true) => throw new NotSupportedException();

    public override string AddInitializer(double value, string? name = null, bool makeUniqueName = true) => throw new NotSupportedException();

    public override string AddInitializer(ulong value, bool isUint64, string? name = null, bool makeUniqueName = true) => throw new NotSupportedException();

    public override string AddInitializer(IEnumerable<bool> values, IEnumerable<long> dims, string? name = null, bool makeUniqueName = true) => throw new NotSupportedException();

    public override string AddInitializer(IEnumerable<int> values, Type type, IEnumerable<long> dims, string? name = null, bool makeUniqueName = true) => throw new NotSupportedException();

    public override string AddInitializer(IEnumerable<string> values, IEnumerable<long> dims, string? name = null, bool makeUniqueName = true) => throw new NotSupportedException();

    public override string AddInitializer(IEnumerable<long> values, IEnumerable<long> dims, string? name = null, bool makeUniqueName = true) =>
        AddTensor(name ?? "int64s", 7, dims, MemoryMarshal.AsBytes<long>(values.ToArray()));

    public override string AddInitializer(IEnumerable<double> values, IEnumerable<long> dims, string? name = null, bool makeUniqueName = true) => throw new NotSupportedException();

    public override string AddInitializer(IEnumerable<ulong> values, bool isUint64, IEnumerable<long> dims, string? name = null, bool makeUniqueName = true) => throw new NotSupportedException();

    private byte[] ToFile()
    {
        var graph = new ProtobufMessage().Add(2, "model");
        foreach (var (number, messages) in new[] { (1, _nodes), (5, _tensors), (11, _inputs), (12, _outputs) })
        {
            foreach (var message in messages)
                graph.Add(number, message);
        }

        using var stream = new MemoryStream();
        new ProtobufMessage()
            .Add(1, 7).Add(7, graph)
            .Add(8, new ProtobufMessage().Add(1, "ai.onnx.ml").Add(2, 2))
            .Add(8, new ProtobufMessage().Add(1, "").Add(2, opset))
            .WriteTo(stream);
        return stream.ToArray();
    }

    private string AddVariable(string column) => _variableByColumn[column] = Unique(column, _variables);

    private string AddTensor(string name, int elementType, IEnumerable<long> shape, ReadOnlySpan<byte> values)
    {
        name = AddVariable(name);
        var tensor = new ProtobufMessage();
        foreach (long size in shape)
            tensor.Add(1, size);
        byte[] bytes = values.ToArray();
        _tensors.Add(tensor.Add(2, elementType).Add(8, name).Add(9, bytes.Length, () => ByteString.CopyFrom(bytes)));
        return name;
    }

    private static ProtobufMessage Value(string name, DataViewType type)
    {
        var item = type is VectorDataViewType vector ? vector.ItemType : type;
        int elementType = item.RawType == typeof(float) ? 1 : item.RawType == typeof(bool) ? 9 : item.RawType == typeof(uint) ? 12 : 8;
        var shape = new ProtobufMessage()
            .Add(1, new ProtobufMessage().Add(1, -1))
            .Add(1, new ProtobufMessage().Add(1, type is VectorDataViewType sized ? sized.Size : 1));
        var tensor = new ProtobufMessage().Add(1, elementType).Add(2, shape);
        return new ProtobufMessage().Add(1, name).Add(2, new ProtobufMessage().Add(1, tensor));
    }

    private static string Unique(string name, HashSet<string> names)
    {
        string unique = name;
        for (int i = 0; !names.Add(unique); i++)
            unique = $"{name}{i}";
        return unique;
    }
}
