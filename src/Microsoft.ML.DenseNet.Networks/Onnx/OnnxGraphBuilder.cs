namespace Microsoft.ML.DenseNet;

/// <summary>The graph of our own file. Its nodes are in the order in which they were added, each after what it reads.</summary>
internal sealed class OnnxGraphBuilder : OnnxGraph
{
    private readonly HashSet<string> _names = [];
    private readonly List<OnnxValue> _inputs = [];
    private readonly List<OnnxValue> _outputs = [];
    private readonly List<OnnxTensor> _tensors = [];
    private readonly List<OnnxGraphNode> _nodes = [];

    public IReadOnlyList<OnnxValue> Inputs => _inputs;

    public IReadOnlyList<OnnxValue> Outputs => _outputs;

    public IReadOnlyList<OnnxTensor> Tensors => _tensors;

    public IReadOnlyList<OnnxGraphNode> Nodes => _nodes;

    /// <summary>Adds a single-precision input.</summary>
    /// <returns>Its name.</returns>
    public string AddInput(string name, int width)
    {
        Reserve(name);
        _inputs.Add(new OnnxValue(name, OnnxElementType.Float, width));
        return name;
    }

    /// <summary>Makes a value an output. A value made by a node takes the output's name instead of being copied.</summary>
    /// <returns>The value's name from now on, which is the output's.</returns>
    public string AddOutput(string name, string value, OnnxElementType type, int width)
    {
        Reserve(name);
        _outputs.Add(new OnnxValue(name, type, width));

        int source = _nodes.FindIndex(node => node.Output == value);
        if (source < 0 || _outputs.Exists(output => output.Name == value))
        {
            _nodes.Add(new OnnxGraphNode(Unique(Join(name, "Identity")), "Identity", [value], name, []));
            return name;
        }

        for (int i = source; i < _nodes.Count; i++)
        {
            var node = _nodes[i];
            _nodes[i] = node with
            {
                Output = i == source ? name : node.Output,
                Inputs = [.. node.Inputs.Select(input => input == value ? name : input)],
            };
        }

        return name;
    }

    public override string AddTensor(string name, ReadOnlyMemory<float> values, params long[] shape)
    {
        name = Unique(name);
        _tensors.Add(new OnnxTensor(name, values, shape));
        return name;
    }

    public override string AddScalar(string name, long value)
    {
        name = Unique(name);
        _tensors.Add(new OnnxTensor(name, value));
        return name;
    }

    public override string AddVector(string name, long[] values)
    {
        name = Unique(name);
        _tensors.Add(new OnnxTensor(name, values));
        return name;
    }

    public override string AddNode(string scope, string operation, string[] inputs, params OnnxAttribute[] attributes)
    {
        string name = Unique(Join(scope, operation));
        _nodes.Add(new OnnxGraphNode(name, operation, inputs, name, attributes));
        return name;
    }

    public override (string Values, string Columns) AddTopK(string scope, string values, int count)
    {
        string name = Unique(Join(scope, "TopK")), columns = Unique(Join(scope, "TopK.columns"));
        _nodes.Add(new OnnxGraphNode(name, "TopK", [values, AddVector($"{scope}.count", [count])], name, [new OnnxAttribute("axis", 1)]) { SecondOutput = columns });
        return (name, columns);
    }

    private void Reserve(string name)
    {
        if (!_names.Add(name))
            throw new ArgumentException($"The graph already has a value named '{name}'.", nameof(name));
    }

    private string Unique(string name)
    {
        string unique = name;
        for (int i = 1; !_names.Add(unique); i++)
            unique = $"{name}_{i}";
        return unique;
    }
}
