using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <summary>Reads a network layout as ONNX operations: [rows, inputs] to [rows, outputs].</summary>
/// <remarks>
/// Values are identified by name. The operators are those of opset <see cref="MinimumOpset"/> that newer opsets up to 17 left unchanged.
/// </remarks>
internal sealed class OnnxCompiler : LayerReader<string>
{
    /// <summary>The first opset in which Clip's bounds are inputs and Gemm's bias is optional.</summary>
    public const int MinimumOpset = 11;

    /// <summary>Above this, ln(1 + eˣ) is x in single precision.</summary>
    private const float SoftplusIsLinear = 17f;

    private readonly OnnxGraph _graph;
    private readonly ReadOnlyMemory<float> _parameters;
    private readonly ReadOnlyMemory<float> _buffers;
    private readonly Dictionary<float, string> _scalars = [];

    /// <param name="graph">Receives the operations.</param>
    /// <param name="parameters">The trained values, laid out by <see cref="TensorPlace"/>.</param>
    /// <param name="buffers">The other values, laid out the same way.</param>
    public OnnxCompiler(OnnxGraph graph, ReadOnlyMemory<float> parameters, ReadOnlyMemory<float> buffers)
    {
        _graph = graph;
        _parameters = parameters;
        _buffers = buffers;
    }

    /// <summary>Whether a network has an ONNX form.</summary>
    public static bool CanCompile(LayerNode root) => root.DescendantsAndSelf().All(node => node.Layer.HasOnnxForm);

    public override string Linear(LayerNode node, LinearLayer layer, string x)
    {
        string[] inputs = [x, Tensor(node.Parameters[0]), .. node.Parameters.Skip(1).Select(Tensor)];
        return Node(node, "Gemm", inputs, new OnnxAttribute("transB", 1));
    }

    public override string EmbeddingBag(LayerNode node, EmbeddingBagLayer layer, string x) => Node(node, "Gemm", [x, Tensor(node.Parameters[0]), Tensor(node.Parameters[1])]);

    public override string PReLU(LayerNode node, PReLULayer layer, string x) => Node(node, "PRelu", [x, Tensor(node.Parameters[0])]);

    public override string Dropout(LayerNode node, DropoutLayer layer, string x) => x;

    public override string Scale(LayerNode node, ScaleLayer layer, string x) => Node(node, "Mul", [x, Tensor(node.Parameters[0])]);

    public override string Repeat(LayerNode node, RepeatLayer layer, string x) => Node(node, "Tile", [x, _graph.AddVector($"{node.Path}.repeats", [1, layer.Count])]);

    /// <exception cref="NotSupportedException">Always.</exception>
    public override string Module(LayerNode node, ModuleLayer layer, string x) => throw new NotSupportedException(
        $"Layer '{node.Path}' ({node.Layer}) is a torch module of your own, whose arithmetic ONNX cannot express. Only networks of the layers that {nameof(Layer)} makes can be saved as ONNX.");

    /// <inheritdoc/>
    protected override string Add(LayerNode node, string x, IEnumerable<string> terms) => terms.ToArray().Aggregate((sum, term) => Node(node, "Add", [sum, term]));

    /// <inheritdoc/>
    protected override string Join(LayerNode node, string x, IEnumerable<string> parts) => Node(node, "Concat", [.. parts], new OnnxAttribute("axis", 1));

    public override string Activation(LayerNode node, ActivationLayer layer, string x)
    {
        string path = node.Path;
        return layer.Function switch
        {
            ActivationFunction.ReLU => Add("Relu", x),
            ActivationFunction.LeakyReLU => _graph.AddNode(path, "LeakyRelu", [x], new OnnxAttribute("alpha", layer.First)),
            ActivationFunction.ELU => _graph.AddNode(path, "Elu", [x], new OnnxAttribute("alpha", layer.First)),
            ActivationFunction.SELU => _graph.AddNode(path, "Selu", [x],
                new OnnxAttribute("alpha", 1.6732632423543772848170429916717f), new OnnxAttribute("gamma", 1.0507009873554804934193349852946f)),
            ActivationFunction.GELU => GELU(),
            ActivationFunction.SiLU => Add("Mul", x, Add("Sigmoid", x)),
            ActivationFunction.Mish => Add("Mul", x, Add("Tanh", Add("Softplus", x))),
            ActivationFunction.Softplus => Softplus(layer.First, layer.Second),
            ActivationFunction.Softsign => Add("Softsign", x),
            ActivationFunction.Tanh => Add("Tanh", x),
            ActivationFunction.Sigmoid => Add("Sigmoid", x),
            ActivationFunction.HardSigmoid => HardSigmoid(),
            ActivationFunction.HardSwish => Add("Mul", x, HardSigmoid()),
            ActivationFunction.HardTanh => Add("Clip", x, Scalar(layer.First), Scalar(layer.Second)),
            ActivationFunction.Exp => Add("Exp", x),
            _ => throw new NotSupportedException($"Activation {layer.Function} has no ONNX form."),
        };

        string Add(string operation, params string[] inputs) => _graph.AddNode(path, operation, inputs);

        // x Φ(x) = x/2 (1 + erf(x/√2))
        string GELU()
        {
            string erf = Add("Erf", Add("Mul", x, Scalar(0.70710678118654752f)));
            return Add("Mul", Add("Mul", x, Scalar(0.5f)), Add("Add", erf, Scalar(1f)));
        }

        // ONNX's default slope is 0.2, PyTorch's is 1/6.
        string HardSigmoid() => _graph.AddNode(path, "HardSigmoid", [x], new OnnxAttribute("alpha", 1f / 6f), new OnnxAttribute("beta", 0.5f));

        string Softplus(float beta, float threshold)
        {
            if (beta == 1f && threshold >= SoftplusIsLinear)
                return Add("Softplus", x);

            string scale = Scalar(beta);
            string z = Add("Mul", x, scale);
            return Add("Where", Add("Greater", z, Scalar(threshold)), x, Add("Div", Add("Softplus", z), scale));
        }
    }

    // Centered first, as in the managed kernels: (x − mean) · scale keeps the digits that cancel in x · scale − mean · scale, which is
    // how runtimes compute BatchNormalization.
    public override string BatchNorm(LayerNode node, BatchNormLayer layer, string x)
    {
        var weight = Values(node.Parameters[0]).Span;
        var variance = Values(node.Parameters[3]).Span;
        float[] scale = new float[weight.Length];
        for (int i = 0; i < scale.Length; i++)
            scale[i] = (float)(weight[i] / Math.Sqrt((double)variance[i] + layer.Epsilon));

        string centered = Node(node, "Sub", [x, Tensor(node.Parameters[2])]);
        string scaled = Node(node, "Mul", [centered, _graph.AddTensor(node.Path.Length == 0 ? "scale" : $"{node.Path}.scale", scale, scale.Length)]);
        return Node(node, "Add", [scaled, Tensor(node.Parameters[1])]);
    }

    // LayerNormalization itself only came with opset 17.
    public override string LayerNorm(LayerNode node, LayerNormLayer layer, string x)
    {
        var axes = new OnnxAttribute("axes", [1]);
        string centered = Node(node, "Sub", [x, Node(node, "ReduceMean", [x], axes)]);
        string variance = Node(node, "ReduceMean", [Node(node, "Mul", [centered, centered])], axes);
        string deviation = Node(node, "Sqrt", [Node(node, "Add", [variance, Scalar(layer.Epsilon)])]);
        string scaled = Node(node, "Mul", [Node(node, "Div", [centered, deviation]), Tensor(node.Parameters[0])]);
        return Node(node, "Add", [scaled, Tensor(node.Parameters[1])]);
    }

    public override string Standardize(LayerNode node, StandardizeLayer layer, string x) => Standardize(node, x);

    // NaN is replaced after the multiplication: an infinite value of a constant feature, whose scale is 0, is NaN only then.
    private string Standardize(LayerNode node, string x)
    {
        string centered = Node(node, "Sub", [x, Tensor(node.Parameters[0])]);
        string z = Node(node, "Mul", [centered, Tensor(node.Parameters[1])]);
        string known = Node(node, "Where", [Node(node, "IsNaN", [z]), Scalar(0f), z]);
        return Node(node, "Clip", [known, Scalar(-StandardizeLayer.Limit), Scalar(StandardizeLayer.Limit)]);
    }

    public override string RobustScale(LayerNode node, RobustScaleLayer layer, string x)
    {
        string z = Standardize(node, x);
        string third = Node(node, "Mul", [z, Scalar(1f / RobustScaleLayer.Bound)]);
        return Node(node, "Div", [z, Node(node, "Sqrt", [Node(node, "Add", [Node(node, "Mul", [third, third]), Scalar(1f)])])]);
    }

    public override string Select(LayerNode node, SelectLayer layer, string x) =>
        Gather(node, x, layer.Ranges.SelectMany(range => Enumerable.Range(range.Start, range.Count)));

    public override string MissingIndicators(LayerNode node, MissingIndicatorsLayer layer, string x)
    {
        string isMissing = Node(node, "IsNaN", [Gather(node, x, layer.Slots)]);
        return Node(node, "Concat", [x, Node(node, "Cast", [isMissing], new OnnxAttribute("to", (int)OnnxElementType.Float))], new OnnxAttribute("axis", 1));
    }

    private string Gather(LayerNode node, string x, IEnumerable<int> slots) =>
        Node(node, "Gather", [x, _graph.AddVector($"{node.Path}.slots", [.. slots.Select(slot => (long)slot)])], new OnnxAttribute("axis", 1));

    // The following compute a matrix product for each of several parts of a row. There, rows are the last dimension, not the first: input
    // may have no rows, and ONNX Runtime rejects a stack of no matrix products and crashes on some transpositions of no rows.

    /// <summary>Uses tensors of shape [inputs, ..., rows], with a matrix product for each input.</summary>
    public override string PiecewiseLinearEmbedding(LayerNode node, PiecewiseLinearEmbeddingLayer layer, string x)
    {
        int inputs = node.InputWidth, bins = layer.Bins;
        string value = ByPart(node, x, inputs);
        string start = Shaped(node.Parameters[1], inputs, bins, 1);
        string scale = Shaped(node.Parameters[2], inputs, bins, 1);
        string places = Node(node, "Clip", [Node(node, "Mul", [Node(node, "Sub", [value, start]), scale]), Scalar(0), Scalar(1)]);
        return ByRow(node, Node(node, "MatMul", [Tensor(node.Parameters[0]), places]));
    }

    /// <summary>Uses tensors of shape [inputs, ..., rows], with a matrix product for each input.</summary>
    public override string PeriodicEmbedding(LayerNode node, PeriodicEmbeddingLayer layer, string x)
    {
        int inputs = node.InputWidth, frequencies = layer.Frequencies, units = layer.Width - 1;
        string value = ByPart(node, x, inputs);
        string turns = Node(node, "Mul", [value, Shaped(node.Parameters[0], inputs, frequencies, 1)]);
        turns = Node(node, "Add", [turns, Shaped(node.Parameters[1], inputs, frequencies, 1)]);
        string cosines = Node(node, "Cos", [Node(node, "Mul", [turns, Scalar(2 * MathF.PI)])]);

        string products = Node(node, "MatMul", [Tensor(node.Parameters[2]), cosines]);
        string embedded = Node(node, "Add", [products, Shaped(node.Parameters[3], inputs, units, 1)]);
        return ByRow(node, Node(node, "Concat", [embedded, value], new OnnxAttribute("axis", 1)));
    }

    /// <summary>Uses tensors of shape [members, ..., rows], with a matrix product for each member.</summary>
    public override string MemberLinear(LayerNode node, MemberLinearLayer layer, string x)
    {
        string products = Node(node, "MatMul", [Tensor(node.Parameters[0]), ByPart(node, x, layer.Members)]);
        return Node(node, "Add", [ByRow(node, products), Shaped(node.Parameters[1], node.OutputWidth)]);
    }

    /// <summary>Rearranges [rows, inputs] as [parts, inputs of a part, rows].</summary>
    private string ByPart(LayerNode node, string x, int parts) =>
        Reshape(node, Node(node, "Transpose", [x], new OnnxAttribute("perm", [1, 0])), parts, node.InputWidth / parts, -1);

    /// <summary>Rearranges [parts, outputs of a part, rows] as [rows, outputs].</summary>
    private string ByRow(LayerNode node, string parts) =>
        Node(node, "Transpose", [Reshape(node, parts, node.OutputWidth, -1)], new OnnxAttribute("perm", [1, 0]));

    /// <summary>Uses tensors of shape [rows, members, ...], with one matrix product for all.</summary>
    public override string EnsembleLinear(LayerNode node, EnsembleLinearLayer layer, string x)
    {
        int inputs = node.InputWidth / layer.Members;
        string scaled = Node(node, "Mul", [Reshape(node, x, -1, layer.Members, inputs), Tensor(node.Parameters[1])]);
        string products = Node(node, "MatMul", [scaled, Transposed(node.Parameters[0], layer.Units, inputs)]);
        string result = Node(node, "Mul", [products, Tensor(node.Parameters[2])]);
        if (layer.HasBias)
            result = Node(node, "Add", [result, Tensor(node.Parameters[3])]);
        return Reshape(node, result, -1, node.OutputWidth);
    }

    public override string MemberMean(LayerNode node, MemberMeanLayer layer, string x)
    {
        var axes = new OnnxAttribute("axes", [1]);
        var drop = new OnnxAttribute("keepdims", 0);
        string members = Reshape(node, x, -1, layer.Members, node.OutputWidth);
        return layer.Mean switch
        {
            MeanKind.Outputs => Node(node, "ReduceMean", [members], axes, drop),
            MeanKind.Exponentials => LogMean(members),
            MeanKind.Probabilities => Node(node, "Sub", [LogSum(LogSigmoid(members)), LogSum(LogSigmoid(Node(node, "Neg", [members])))]),
            MeanKind.ClassProbabilities => LogMean(Node(node, "LogSoftmax", [members], new OnnxAttribute("axis", 2))),
            _ => throw new NotSupportedException($"The mean of {layer.Mean} has no ONNX form."),
        };

        string LogSigmoid(string value) => Node(node, "Neg", [Node(node, "Softplus", [Node(node, "Neg", [value])])]);

        string LogSum(string logarithms) => Node(node, "ReduceLogSumExp", [logarithms], axes, drop);

        string LogMean(string logarithms) => Node(node, "Sub", [LogSum(logarithms), Scalar((float)Math.Log(layer.Members))]);
    }

    private string Reshape(LayerNode node, string tensor, params long[] shape) => Node(node, "Reshape", [tensor, _graph.AddVector($"{node.Path}.shape", shape)]);

    /// <summary>Adds a matrix, transposed.</summary>
    private string Transposed(TensorPlace place, int rows, int columns)
    {
        var values = Values(place).Span;
        float[] transposed = new float[values.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                transposed[(column * rows) + row] = values[(row * columns) + column];
        }

        return _graph.AddTensor(place.Name, transposed, columns, rows);
    }

    public override string Ascending(LayerNode node, AscendingLayer layer, string x)
    {
        string[] columns = [.. Enumerable.Range(0, node.OutputWidth).Select(i => Node(node, "Gather", [x, _graph.AddVector($"{node.Path}.column", [i])], new OnnxAttribute("axis", 1)))];
        for (int i = layer.Middle + 1; i < columns.Length; i++)
            columns[i] = Node(node, "Add", [columns[i - 1], Node(node, "Softplus", [columns[i]])]);
        for (int i = layer.Middle - 1; i >= 0; i--)
            columns[i] = Node(node, "Sub", [columns[i + 1], Node(node, "Softplus", [columns[i]])]);
        return Join(node, x, columns);
    }

    public override string Destandardize(LayerNode node, DestandardizeLayer layer, string x) =>
        Node(node, "Add", [Node(node, "Mul", [x, Tensor(node.Parameters[1])]), Tensor(node.Parameters[0])]);

    private string Node(LayerNode node, string operation, string[] inputs, params OnnxAttribute[] attributes) =>
        _graph.AddNode(node.Path, operation, inputs, attributes);

    private ReadOnlyMemory<float> Values(TensorPlace place) => (place.IsTrained ? _parameters : _buffers).Slice(place.Offset, place.Count);

    private string Shaped(TensorPlace place, params long[] shape) => _graph.AddTensor(place.Name, Values(place), shape);

    private string Tensor(TensorPlace place) => _graph.AddTensor(place.Name, Values(place), [.. place.Shape.Select(size => (long)size)]);

    /// <summary>Returns a constant that all layers share.</summary>
    private string Scalar(float value)
    {
        if (!_scalars.TryGetValue(value, out string? name))
        {
            name = _graph.AddTensor(string.Create(CultureInfo.InvariantCulture, $"constant({value})"), new[] { value });
            _scalars.Add(value, name);
        }

        return name;
    }
}
