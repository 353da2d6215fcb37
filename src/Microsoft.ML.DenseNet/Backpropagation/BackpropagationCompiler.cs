namespace Microsoft.ML.DenseNet;

/// <summary>Reads a network layout as steps that compute forward and backward in host memory.</summary>
/// <remarks>
/// Layers whose rows depend on each other (BatchNorm in training) or that are torch's (modules) have no such form, and neither has an
/// input scaling anywhere but in front, where it is not part of what is trained.
/// </remarks>
internal sealed unsafe class BackpropagationCompiler<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    private readonly float* _parameters;
    private readonly float* _gradient;
    private readonly float* _buffers;
    private readonly int _capacity;
    private readonly SlotIndex? _index;
    private readonly List<RowGradient>? _rowGradients;
    private readonly List<BackpropagationStep> _steps = [];
    private uint _dropouts;

    /// <param name="parameters">The network's parameters, as <see cref="ParameterSlot"/> places them.</param>
    /// <param name="gradient">Where their gradient goes, likewise.</param>
    /// <param name="buffers">The values that are kept but not trained, likewise.</param>
    /// <param name="capacity">The most rows at a time.</param>
    /// <param name="index">The batches' sparse rows, where the network's input is read without its zeros; else null.</param>
    /// <param name="rowGradients">Receives the gradients that are kept apart; null where all go to <paramref name="gradient"/>.</param>
    public BackpropagationCompiler(float* parameters, float* gradient, float* buffers, int capacity, SlotIndex? index = null, List<RowGradient>? rowGradients = null)
    {
        _index = index;
        _rowGradients = rowGradients;
        _parameters = parameters;
        _gradient = gradient;
        _buffers = buffers;
        _capacity = capacity;
    }

    /// <summary>The steps of some layers, one behind the other; they have no memory before <see cref="Allocate"/>.</summary>
    public BackpropagationStep[] Compile(IEnumerable<LayerNode> layers, Activations input)
    {
        foreach (var layer in layers)
            input = Add(layer, input);
        foreach (var step in _steps)
            step.Input.Readers++;
        return [.. _steps];
    }

    /// <summary>Gives every value but the input's its place, from the network's end, so that a gradient can stand where that behind it stands.</summary>
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

    private Activations Add(LayerNode node, Activations x)
    {
        var y = new Activations(node.OutputWidth);
        switch (node.Layer)
        {
            case LinearLayer:
                return Append(new LinearBackpropagation<TVector>(x, y, Values(node, 0), node.Parameters.Count > 1 ? Values(node, 1) : null));
            case EmbeddingBagLayer when _index is not null && x.Width == 0:
                return Append(SparseBag(node, x, y));
            case EmbeddingBagLayer:
                return Append(new LinearBackpropagation<TVector>(x, y, Values(node, 0), Values(node, 1), isByInput: true));
            case ActivationLayer { Function: ActivationFunction.Identity }:
                return x;
            case ActivationLayer activation:
                return Activation(activation, x, y);
            case PReLULayer:
                return Append(new PReLUBackpropagation<TVector>(Values(node, 0), node.Parameters[0].Count > 1, x, y));
            case DropoutLayer { Probability: 0 }:
                return x;
            case DropoutLayer dropout:
                return Append(new DropoutBackpropagation(dropout.Probability, _dropouts++, x, y));
            case LayerNormLayer norm:
                return Append(new LayerNormBackpropagation(Values(node, 0), Values(node, 1), norm.Epsilon, _capacity, x, y));
            case ScaleLayer:
                return Append(new ScaleBackpropagation<TVector>(Values(node, 0), x, y));
            case SelectLayer select:
                return Append(new SelectBackpropagation(select.Ranges, x, y));
            case PeriodicEmbeddingLayer embedding:
                return Append(new PeriodicEmbeddingBackpropagation<TVector>(embedding, [.. Enumerable.Range(0, 4).Select(i => Values(node, i))], x, y));
            case PiecewiseLinearEmbeddingLayer embedding:
                return Append(new PiecewiseLinearEmbeddingBackpropagation<TVector>(
                    embedding, Values(node, 0), _buffers + node.Parameters[1].Offset, _buffers + node.Parameters[2].Offset, x, y));
            case SequentialLayer:
                return node.Children.Aggregate(x, (input, child) => Add(child, input));
            case SumLayer:
                return Sum([.. node.Children.Select(child => Add(child, x))], y);
            case ResidualLayer:
                return Sum([Add(node.Children[0], x), x], y);
            case ConcatLayer:
                Activations[] branches = [.. node.Children.Select(child => Add(child, x))];
                int column = 0;
                foreach (var branch in branches)
                {
                    Append(new PlaceBackpropagation(column, branch, y));
                    column += branch.Width;
                }

                return y;
            default:
                throw new NotSupportedException($"Layer '{node.Path}' ({node.Layer}) has no backward pass in host memory.");
        }
    }

    private SparseEmbeddingBagBackpropagation<TVector> SparseBag(LayerNode node, Activations x, Activations y)
    {
        RowGradient? rows = null;
        if (_rowGradients is not null)
            _rowGradients.Add(rows = new RowGradient(node.Parameters[0].Offset, node.Parameters[0].Count, node.OutputWidth));
        return new SparseEmbeddingBagBackpropagation<TVector>(_index!, node.InputWidth, x, y, Values(node, 0), Values(node, 1), rows);
    }

    private Activations Sum(Activations[] terms, Activations y)
    {
        for (int i = 0; i < terms.Length; i++)
            Append(new AddBackpropagation(i == 0, terms[i], y));
        return y;
    }

    private Activations Activation(ActivationLayer layer, Activations x, Activations y)
    {
        return layer.Function switch
        {
            ActivationFunction.ReLU => Elementwise(default(ReLUFunction<TVector>)),
            ActivationFunction.LeakyReLU => Elementwise(new LeakyReLUFunction<TVector>(layer.First)),
            ActivationFunction.ELU => Elementwise(new ELUFunction<TVector>(layer.First, 1f)),
            ActivationFunction.SELU => Elementwise(ELUFunction<TVector>.SELU),
            ActivationFunction.GELU => Elementwise(default(GELUFunction<TVector>)),
            ActivationFunction.SiLU => Elementwise(default(SiLUFunction<TVector>)),
            ActivationFunction.Mish => Elementwise(default(MishFunction<TVector>)),
            ActivationFunction.Softplus => Elementwise(new SoftplusFunction<TVector>(layer.First, layer.Second)),
            ActivationFunction.Softsign => Elementwise(default(SoftsignFunction<TVector>)),
            ActivationFunction.Tanh => Elementwise(default(TanhFunction<TVector>)),
            ActivationFunction.Sigmoid => Elementwise(default(SigmoidFunction<TVector>)),
            ActivationFunction.HardSigmoid => Elementwise(default(HardSigmoidFunction<TVector>)),
            ActivationFunction.HardSwish => Elementwise(default(HardSwishFunction<TVector>)),
            ActivationFunction.HardTanh => Elementwise(new HardTanhFunction<TVector>(layer.First, layer.Second)),
            ActivationFunction.Exp => Elementwise(default(ExpFunction<TVector>)),
            _ => throw new NotSupportedException($"Activation {layer.Function} has no backward pass in host memory."),
        };

        Activations Elementwise<TFunction>(TFunction function)
            where TFunction : struct, IDifferentiable<TVector> =>
            Append(new ElementwiseBackpropagation<TVector, TFunction>(function, x, y));
    }

    private Activations Append(BackpropagationStep step)
    {
        step.Output.NeedsGradient |= step.IsTrained || step.Input.NeedsGradient;
        _steps.Add(step);
        return step.Output;
    }

    private TrainedValues Values(LayerNode node, int index) => new(_parameters + node.Parameters[index].Offset, _gradient + node.Parameters[index].Offset);
}
