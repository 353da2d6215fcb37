namespace Microsoft.ML.DenseNet;

/// <summary>Compiles a network layout into steps that compute forward and backward in host memory.</summary>
/// <remarks>
/// A layer can be compiled if its <see cref="Layer.HasManagedGradient"/> says so; torch modules cannot. Nor can input scaling, except as
/// the network's first layer, where it is left out: it is not trained.
/// </remarks>
internal unsafe class BackpropagationCompiler<TVector> : LayerReader<Activations>
    where TVector : struct, ISimdVector<TVector>
{
    private readonly float* _parameters;
    private readonly float* _gradient;
    private readonly float* _buffers;
    private readonly int _capacity;
    private readonly SlotIndex? _index;
    private readonly List<RowGradient>? _rowGradients;
    private readonly OneHotForm? _oneHot;
    private readonly Dictionary<Activations, SlotRange> _blocks = [];
    private readonly List<BackpropagationStep> _steps = [];
    private Activations? _input;
    private uint _dropouts;
    private int _parameterEnd; // of the step that is appended next
    private LayerNode? _last;
    private bool _hasMembers;

    /// <param name="parameters">The network's parameters, as <see cref="TensorPlace"/> places them.</param>
    /// <param name="gradient">Where their gradient goes, in the same layout.</param>
    /// <param name="buffers">The values that are kept but not trained, in the same layout.</param>
    /// <param name="capacity">The maximum number of rows at a time.</param>
    /// <param name="index">The sparse rows of the batches, if the network reads its input without zeros; otherwise null.</param>
    /// <param name="rowGradients">Receives the gradients that are kept apart; null if all go to <paramref name="gradient"/>.</param>
    /// <param name="oneHot">The form of the input's rows; null if they have all slots.</param>
    public BackpropagationCompiler(float* parameters, float* gradient, float* buffers, int capacity, SlotIndex? index = null, List<RowGradient>? rowGradients = null, OneHotForm? oneHot = null)
    {
        _oneHot = oneHot;
        _index = index;
        _rowGradients = rowGradients;
        _parameters = parameters;
        _gradient = gradient;
        _buffers = buffers;
        _capacity = capacity;
    }

    /// <summary>Returns the steps of some layers, in order; they have no memory until <see cref="Allocate"/> is called.</summary>
    public BackpropagationStep[] Compile(IReadOnlyList<LayerNode> layers, Activations input)
    {
        _last = layers is [.., var last] ? last : null;
        _input = input;
        if (_oneHot is { Rest.Count: 0, Blocks: [var whole] })
            _blocks.Add(input, whole);
        Complete(_steps, ReadAll(layers, Enter(input)));
        foreach (var step in _steps)
            step.Input.Readers++;
        return [.. _steps];
    }

    /// <summary>Allocates everything but the input's values, from the network's end, so that a gradient can share the memory of the one after it.</summary>
    public void Allocate()
    {
        var seen = new HashSet<Activations>();
        foreach (var output in _steps.Select(step => step.Output).Distinct())
            output.Allocate(_capacity);
        if (_steps is [.., { Output: { NeedsGradient: true } last }])
            last.AllocateGradient(_capacity);
        foreach (var step in Enumerable.Reverse(_steps))
        {
            var input = step.Input;
            if (!input.NeedsGradient)
                continue;
            step.AddsToGradient = !seen.Add(input);
            if (step.AddsToGradient)
                continue;
            if (step.WorksInPlace && input.Readers == 1)
                input.ShareGradient(step.Output);
            else
                input.AllocateGradient(_capacity);
        }
    }

    public override Activations Linear(LayerNode node, LinearLayer layer, Activations x)
    {
        TrainedValues? bias = layer.HasBias ? Values(node, 1) : null;
        return _blocks.TryGetValue(x, out var block)
            ? Append(new OneHotBackpropagation(_oneHot!.ColumnOf(block)!.Value, block.Count, _input!, Output(node), Values(node, 0), bias))
            : Append(new LinearBackpropagation<TVector>(x, Output(node), Values(node, 0), bias));
    }

    public override Activations EmbeddingBag(LayerNode node, EmbeddingBagLayer layer, Activations x) => _index is not null && x.Width == 0
        ? Append(SparseBag(node, x))
        : Append(new LinearBackpropagation<TVector>(x, Output(node), Values(node, 0), Values(node, 1), isByInput: true));

    public override Activations Activation(LayerNode node, ActivationLayer layer, Activations x)
    {
        var (value, derivative) = ActivationTable<TVector>.Of(layer);
        return Append(new ElementwiseBackpropagation(value, derivative, TVector.Count, x, Output(node)));
    }

    public override Activations PReLU(LayerNode node, PReLULayer layer, Activations x) =>
        Append(new PReLUBackpropagation<TVector>(Values(node, 0), node.Parameters[0].Count > 1, x, Output(node)));

    public override Activations Dropout(LayerNode node, DropoutLayer layer, Activations x) =>
        layer.Probability == 0 ? x : Append(new DropoutBackpropagation(layer.Probability, _dropouts++, x, Output(node)));

    public override Activations LayerNorm(LayerNode node, LayerNormLayer layer, Activations x) =>
        Append(new LayerNormBackpropagation(Values(node, 0), Values(node, 1), layer.Epsilon, _capacity, x, Output(node)));

    public override Activations Scale(LayerNode node, ScaleLayer layer, Activations x) => Append(new ScaleBackpropagation<TVector>(Values(node, 0), null, x, Output(node)));

    public override Activations Select(LayerNode node, SelectLayer layer, Activations x)
    {
        if (_oneHot is null || x != _input)
            return Append(new SelectBackpropagation(layer.Ranges, x, Output(node)));
        if (layer.Ranges is not [var only] || _oneHot.ColumnOf(only) is null)
            return Append(new SelectBackpropagation([.. layer.Ranges.Select(_oneHot.ColumnsOf)], x, Output(node)));

        // Nothing is computed: the Linear that reads the block looks it up in the input.
        var block = Output(0);
        _blocks.Add(block, only);
        return block;
    }

    public override Activations PeriodicEmbedding(LayerNode node, PeriodicEmbeddingLayer layer, Activations x) =>
        Append(new PeriodicEmbeddingBackpropagation<TVector>(layer, [.. Enumerable.Range(0, 4).Select(i => Values(node, i))], x, Output(node)));

    public override Activations PiecewiseLinearEmbedding(LayerNode node, PiecewiseLinearEmbeddingLayer layer, Activations x) =>
        Append(new PiecewiseLinearEmbeddingBackpropagation<TVector>(
            layer, Values(node, 0), _buffers + node.Parameters[1].Offset, _buffers + node.Parameters[2].Offset, x, Output(node)));

    public override Activations BatchNorm(LayerNode node, BatchNormLayer layer, Activations x) =>
        Append(new BatchNormBackpropagation<TVector>(layer, Values(node, 0), Values(node, 1), _buffers + node.Parameters[2].Offset, _buffers + node.Parameters[3].Offset, x, Output(node)));

    public override Activations Standardize(LayerNode node, StandardizeLayer layer, Activations x) => throw NoForm(node);

    public override Activations Destandardize(LayerNode node, DestandardizeLayer layer, Activations x) => throw NoForm(node);

    public override Activations Ascending(LayerNode node, AscendingLayer layer, Activations x) => throw NoForm(node);

    public override Activations RobustScale(LayerNode node, RobustScaleLayer layer, Activations x) => throw NoForm(node);

    public override Activations MissingIndicators(LayerNode node, MissingIndicatorsLayer layer, Activations x) => throw NoForm(node);

    public override Activations Repeat(LayerNode node, RepeatLayer layer, Activations x)
    {
        _hasMembers = true;
        return Append(new RepeatBackpropagation(x, Output(node)));
    }

    public override Activations EnsembleLinear(LayerNode node, EnsembleLinearLayer layer, Activations x)
    {
        var scaled = Append(new ScaleBackpropagation<TVector>(Values(node, 1), null, x, Output(node.InputWidth)));
        var product = Append(new SharedLinearBackpropagation<TVector>(Values(node, 0), layer.Members, scaled, Output(node)));
        return Append(new ScaleBackpropagation<TVector>(Values(node, 2), layer.HasBias ? Values(node, 3) : null, product, Output(node)));
    }

    public override Activations MemberLinear(LayerNode node, MemberLinearLayer layer, Activations x) =>
        Append(new MemberLinearBackpropagation<TVector>(Values(node, 0), Values(node, 1), layer.Members, x, Output(node)));

    public override Activations MemberMean(LayerNode node, MemberMeanLayer layer, Activations x) =>
        node == _last ? Append(new MemberMeanBackpropagation(layer, x, Output(node))) : throw NoForm(node);

    public override Activations Module(LayerNode node, ModuleLayer layer, Activations x) => throw NoForm(node);

    /// <inheritdoc/>
    protected override Activations Add(LayerNode node, Activations x, IEnumerable<Activations> terms)
    {
        var y = Output(node);
        foreach (var (i, term) in terms.ToArray().Index())
            Append(new AddBackpropagation(i == 0, term, y));
        return y;
    }

    /// <inheritdoc/>
    protected override Activations Join(LayerNode node, Activations x, IEnumerable<Activations> parts)
    {
        var y = Output(node);
        int column = 0;
        foreach (var part in parts.ToArray())
        {
            Append(new PlaceBackpropagation(column, part, y));
            column += part.Width;
        }

        return y;
    }

    private SparseEmbeddingBagBackpropagation<TVector> SparseBag(LayerNode node, Activations x)
    {
        RowGradient? rows = null;
        if (_rowGradients is not null)
            _rowGradients.Add(rows = new RowGradient(node.Parameters[0].Offset, node.Parameters[0].Count, node.OutputWidth));
        return new SparseEmbeddingBagBackpropagation<TVector>(_index!, node.InputWidth, x, Output(node), Values(node, 0), Values(node, 1), rows);
    }

    private static NotSupportedException NoForm(LayerNode node) => new($"Layer '{node.Path}' ({node.Layer}) has no backward pass in host memory.");

    /// <summary>The input of all.</summary>
    protected Activations NetworkInput => _input!;

    /// <summary>Returns what the first layers read, if it is not the whole input.</summary>
    protected virtual Activations Enter(Activations input) => input;

    /// <summary>Called when all layers are compiled.</summary>
    /// <param name="steps">Their steps.</param>
    /// <param name="output">What the last layer computes.</param>
    protected virtual void Complete(List<BackpropagationStep> steps, Activations output)
    {
    }

    /// <summary>Returns a layer's output, without memory so far.</summary>
    protected Activations Output(LayerNode node) => Output(node.OutputWidth);

    /// <summary>Returns an output, without memory so far.</summary>
    protected Activations Output(int width) => new(width, _hasMembers);

    /// <summary>Adds a step, and returns its output.</summary>
    protected Activations Append(BackpropagationStep step)
    {
        (step.ParameterEnd, _parameterEnd) = (_parameterEnd, 0);
        step.Output.NeedsGradient |= step.IsTrained || step.Input.NeedsGradient;
        _steps.Add(step);
        return step.Output;
    }

    /// <summary>Where an untrained tensor of a layer is.</summary>
    protected float* Kept(LayerNode node, int index) => _buffers + node.Parameters[index].Offset;

    /// <summary>Where a trained tensor of a layer is; it belongs to the step that is appended next.</summary>
    private TrainedValues Values(LayerNode node, int index)
    {
        var place = node.Parameters[index];
        _parameterEnd = Math.Max(_parameterEnd, place.Offset + place.Count);
        return new(_parameters + place.Offset, _gradient + place.Offset);
    }
}
