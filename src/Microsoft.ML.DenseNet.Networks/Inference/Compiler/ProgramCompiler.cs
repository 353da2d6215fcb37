using System.Diagnostics;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Turns a <see cref="NetworkLayout"/> and its weights into the steps of a <see cref="NetworkProgram"/>.
/// </summary>
/// <remarks>
/// Every sequence of layers is first flattened to stages: nested sequences dissolve, layers that do nothing in prediction vanish,
/// and scalings are folded into a neighbouring Linear. Then stages become steps, each Linear with the elementwise layers behind it.
/// </remarks>
internal ref struct ProgramCompiler<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    private readonly float[] _parameters;
    private readonly float[] _buffers;
    private readonly List<ProgramStep> _steps = [];
    private readonly ScratchPlanner _scratch = new();

    public ProgramCompiler(float[] parameters, float[] buffers)
    {
        _parameters = parameters;
        _buffers = buffers;
    }

    /// <summary>The steps, in order.</summary>
    public readonly IReadOnlyList<ProgramStep> Steps => _steps;

    /// <summary>The scratch buffers that the steps use.</summary>
    public readonly ScratchLayout Scratch => _scratch.ToLayout();

    /// <summary>The first Linear with the elementwise layers in front of it, when the program starts so; else null.</summary>
    public SparseInput? SparseInput { readonly get; private set; }

    /// <summary>Compiles a whole network; gives the place of its output.</summary>
    public Operand Compile(LayerNode root)
    {
        var stages = Plan(root);
        var features = new Operand(Operand.Features, 0, root.InputWidth);
        var output = EmitStages(stages, features, destination: null);

        int linear = stages.FindIndex(stage => stage is not PlannedElementwise);
        if (linear >= 0 && stages[linear] is PlannedLinear)
        {
            int step = _steps.FindIndex(step => step is LinearStep);
            var functions = stages.Take(linear).Select(stage => ((PlannedElementwise)stage).Function);
            SparseInput = new SparseInput([.. functions], (LinearStep)_steps[step], step);
        }

        return output;
    }

    // ---- Planning -----------------------------------------------------------------------------------------------

    private readonly List<PlannedStage> Plan(LayerNode node)
    {
        var stages = new List<PlannedStage>();
        Plan(node, stages);

        // What no Linear took up is computed as it stands.
        for (int i = 0; i < stages.Count; i++)
        {
            if (stages[i] is PlannedAffine affine)
                stages[i] = new PlannedElementwise(Elementwise(new AffineFunction<TVector>(Pad(affine.Center), Pad(affine.Scale), Pad(affine.Shift)), "Affine"));
        }

        return stages;
    }

    /// <summary>Appends the stages of a layer. A new kind of layer is a case here.</summary>
    private readonly void Plan(LayerNode node, List<PlannedStage> stages)
    {
        switch (node.Layer)
        {
            case SequentialLayer:
            case SumLayer or ConcatLayer when node.Children.Count == 1:
                foreach (var child in node.Children)
                    Plan(child, stages);
                break;
            case DropoutLayer:
            case ActivationLayer { Function: ActivationFunction.Identity }:
                break;
            case LinearLayer linear:
                PlanLinear(new PlannedLinear(Memory(node, 0), linear.HasBias ? Doubles(node, 1) : new double[linear.Units], node.InputWidth), stages);
                break;
            case EmbeddingBagLayer:
                PlanLinear(new PlannedLinear(Memory(node, 0), Doubles(node, 1), node.InputWidth, isByInput: true), stages);
                break;
            case BatchNormLayer batchNorm:
                double[] scale = Doubles(node, 0);
                double[] variance = Doubles(node, 3);
                for (int i = 0; i < scale.Length; i++)
                    scale[i] /= Math.Sqrt(variance[i] + batchNorm.Epsilon);
                PlanAffine(new PlannedAffine(Doubles(node, 2), scale, Doubles(node, 1)), stages);
                break;
            case DestandardizeLayer:
                PlanAffine(new PlannedAffine(new double[node.InputWidth], Doubles(node, 1), Doubles(node, 0)), stages);
                break;
            case StandardizeLayer:
                Plan(new StandardizeFunction<TVector>(Pad(node, 0), Pad(node, 1)), node.Layer, stages);
                break;
            case RobustScaleLayer:
                Plan(new RobustScaleFunction<TVector>(Pad(node, 0), Pad(node, 1)), node.Layer, stages);
                break;
            case ScaleLayer:
                PlanScale(Doubles(node, 0), null, stages);
                break;
            case EnsembleLinearLayer ensemble:
                PlanScale(Doubles(node, 1), null, stages);
                stages.Add(new PlannedNode(node));
                PlanScale(Doubles(node, 2), ensemble.HasBias ? Doubles(node, 3) : null, stages);
                break;
            case PReLULayer { PerUnit: true }:
                Plan(new PReLUFunction<TVector>(Pad(node, 0)), node.Layer, stages);
                break;
            case PReLULayer:
                Plan(new LeakyReLUFunction<TVector>(Values(node, 0)[0]), node.Layer, stages);
                break;
            case ActivationLayer activation:
                PlanActivation(activation, stages);
                break;
            case SumLayer or ConcatLayer or ResidualLayer or LayerNormLayer or SelectLayer or PeriodicEmbeddingLayer or PiecewiseLinearEmbeddingLayer or ModuleLayer or RepeatLayer or MemberLinearLayer or MemberMeanLayer:
                stages.Add(new PlannedNode(node));
                break;
            default:
                throw new NotSupportedException($"Layer '{node.Path}' ({node.Layer.Kind}) cannot be computed in managed code.");
        }
    }

    private static void PlanLinear(PlannedLinear linear, List<PlannedStage> stages)
    {
        if (stages.LastOrDefault() is PlannedAffine { IsSafeToMultiplyOut: true } before)
        {
            linear.FoldBefore(before);
            stages.RemoveAt(stages.Count - 1);
        }

        stages.Add(linear);
    }

    private static void PlanScale(double[] scale, double[]? shift, List<PlannedStage> stages) =>
        PlanAffine(new PlannedAffine(new double[scale.Length], scale, shift ?? new double[scale.Length]), stages);

    private static void PlanAffine(PlannedAffine affine, List<PlannedStage> stages)
    {
        if (stages.LastOrDefault() is PlannedLinear linear)
            linear.FoldAfter(affine);
        else
            stages.Add(affine);
    }

    private static void PlanActivation(ActivationLayer layer, List<PlannedStage> stages)
    {
        switch (layer.Function)
        {
            case ActivationFunction.ReLU:
                Plan(default(ReLUFunction<TVector>), layer, stages);
                break;
            case ActivationFunction.LeakyReLU:
                Plan(new LeakyReLUFunction<TVector>(layer.First), layer, stages);
                break;
            case ActivationFunction.ELU:
                Plan(new ELUFunction<TVector>(layer.First, 1f), layer, stages);
                break;
            case ActivationFunction.SELU:
                Plan(ELUFunction<TVector>.SELU, layer, stages);
                break;
            case ActivationFunction.GELU:
                Plan(default(GELUFunction<TVector>), layer, stages);
                break;
            case ActivationFunction.SiLU:
                Plan(default(SiLUFunction<TVector>), layer, stages);
                break;
            case ActivationFunction.Mish:
                Plan(default(MishFunction<TVector>), layer, stages);
                break;
            case ActivationFunction.Softplus:
                Plan(new SoftplusFunction<TVector>(layer.First, layer.Second), layer, stages);
                break;
            case ActivationFunction.Softsign:
                Plan(default(SoftsignFunction<TVector>), layer, stages);
                break;
            case ActivationFunction.Tanh:
                Plan(default(TanhFunction<TVector>), layer, stages);
                break;
            case ActivationFunction.Sigmoid:
                Plan(default(SigmoidFunction<TVector>), layer, stages);
                break;
            case ActivationFunction.HardSigmoid:
                Plan(default(HardSigmoidFunction<TVector>), layer, stages);
                break;
            case ActivationFunction.HardSwish:
                Plan(default(HardSwishFunction<TVector>), layer, stages);
                break;
            case ActivationFunction.HardTanh:
                Plan(new HardTanhFunction<TVector>(layer.First, layer.Second), layer, stages);
                break;
            case ActivationFunction.Exp:
                Plan(default(ExpFunction<TVector>), layer, stages);
                break;
            default:
                throw new UnreachableException($"{layer.Function} has no kernel.");
        }
    }

    private static void Plan<TFunction>(TFunction function, Layer layer, List<PlannedStage> stages)
        where TFunction : struct, IElementwise<TVector> => stages.Add(new PlannedElementwise(Elementwise(function, layer.ToString())));

    private static VectorizedFunction<TVector, TFunction> Elementwise<TFunction>(TFunction function, string name)
        where TFunction : struct, IElementwise<TVector> => new(function, name);

    // ---- Emitting -----------------------------------------------------------------------------------------------

    /// <summary>Emits a layer that reads <paramref name="input"/>; the result lies in the destination when one is given.</summary>
    private readonly Operand Emit(LayerNode node, Operand input, Operand? destination) => EmitStages(Plan(node), input, destination);

    private readonly Operand EmitStages(List<PlannedStage> stages, Operand input, Operand? destination)
    {
        var current = input;
        int next;
        for (int i = 0; i < stages.Count; i = next)
        {
            // The stage, or the elementwise stages behind it (and itself, when it is one), in one step.
            bool takesFunctions = stages[i] is PlannedLinear or PlannedElementwise;
            int functionsStart = stages[i] is PlannedElementwise ? i : i + 1;
            next = i + 1;
            while (takesFunctions && next < stages.Count && stages[next] is PlannedElementwise)
                next++;
            ElementwiseFunction[] functions = [.. stages[functionsStart..next].Select(stage => ((PlannedElementwise)stage).Function)];

            var target = next == stages.Count ? destination : null;
            var result = stages[i] switch
            {
                PlannedElementwise => EmitElementwise(functions, current, target, mayOverwrite: current != input),
                PlannedLinear linear => EmitLinear(linear, functions, current, target),
                PlannedNode node => EmitNode(node.Node, current, target),
                _ => throw new UnreachableException(),
            };

            if (current != input && current != result)
                _scratch.Release(current);
            current = result;
        }

        if (destination is { } place && current != place)
        {
            _steps.Add(new CopyStep(current, place));
            current = place;
        }

        return current;
    }

    private readonly Operand EmitElementwise(ElementwiseFunction[] functions, Operand input, Operand? destination, bool mayOverwrite)
    {
        var output = destination ?? (mayOverwrite ? input : _scratch.Allocate(input.Width));
        _steps.Add(new ElementwiseStep(input, output, functions));
        return output;
    }

    private readonly Operand EmitLinear(PlannedLinear linear, ElementwiseFunction[] functions, Operand input, Operand? destination)
    {
        var output = destination ?? _scratch.Allocate(linear.Bias.Length);
        float[] bias = Array.ConvertAll(linear.Bias, value => (float)value);
        _steps.Add(linear.IsByInput ? new EmbeddingBagStep<TVector>(Pad(linear.Weights), bias, input, output, functions)
            : NarrowLinearStep<TVector>.Suits(input.Width, output.Width) ? new NarrowLinearStep<TVector>(linear.Weights, bias, input, output, functions)
            : new PanelLinearStep<TVector>(linear.Weights, bias, input, output, functions));
        return output;
    }

    private readonly Operand EmitNode(LayerNode node, Operand input, Operand? destination)
    {
        var output = destination ?? _scratch.Allocate(node.OutputWidth);
        switch (node.Layer)
        {
            case ConcatLayer:
                // In ascending order, because each step may spill over the end of its slice.
                int column = 0;
                foreach (var branch in node.Children)
                {
                    Emit(branch, input, output.Slice(column, branch.OutputWidth));
                    column += branch.OutputWidth;
                }

                break;
            case SumLayer:
                Emit(node.Children[0], input, output);
                foreach (var branch in node.Children.Skip(1))
                    EmitAddition(branch, input, output);
                break;
            case ResidualLayer:
                Emit(node.Children[0], input, output);
                _steps.Add(new AddStep(input, output));
                break;
            case LayerNormLayer layerNorm:
                _steps.Add(new LayerNormStep<TVector>(Values(node, 0), Values(node, 1), layerNorm.Epsilon, input, output));
                break;
            case SelectLayer select:
                int place = 0;
                foreach (var range in select.Ranges)
                {
                    _steps.Add(new CopyStep(input.Slice(range.Start, range.Count), output.Slice(place, range.Count)));
                    place += range.Count;
                }

                break;
            case PeriodicEmbeddingLayer embedding:
                _steps.Add(new PeriodicEmbeddingStep<TVector>(embedding, Values(node, 0), Values(node, 1), Values(node, 2), Values(node, 3), input, output));
                break;
            case PiecewiseLinearEmbeddingLayer embedding:
                _steps.Add(new PiecewiseLinearEmbeddingStep(embedding, Values(node, 0), Values(node, 1), Values(node, 2), input, output));
                break;
            case RepeatLayer repeat:
                for (int i = 0; i < repeat.Count; i++)
                    _steps.Add(new CopyStep(input, output.Slice(i * input.Width, input.Width)));
                break;
            case EnsembleLinearLayer ensemble:
                int units = EnsembleLinearStep<TVector>.PaddedUnits(ensemble.Units);
                var padded = units == ensemble.Units ? output : _scratch.Allocate(checked(ensemble.Members * units));
                _steps.Add(new EnsembleLinearStep<TVector>(Values(node, 0), ensemble.Members, input, padded, output));
                if (padded != output)
                    _scratch.Release(padded);
                break;
            case MemberLinearLayer member:
                _steps.Add(new MemberLinearStep<TVector>(Values(node, 0), Values(node, 1), member.Members, input, output));
                break;
            case MemberMeanLayer mean:
                _steps.Add(new MemberMeanStep(mean, input, output));
                break;
            case ModuleLayer module:
                _steps.Add(new RowFunctionStep(ModuleFunctions.Of(module, node.InputWidth, TensorValues(node)), input, output));
                break;
            default:
                throw new UnreachableException($"{node.Layer.Kind} has no step.");
        }

        return output;
    }

    private readonly void EmitAddition(LayerNode branch, Operand input, Operand sum)
    {
        var result = Emit(branch, input, destination: null);
        _steps.Add(new AddStep(result, sum));
        if (result != input)
            _scratch.Release(result);
    }

    // ---- Parameters ---------------------------------------------------------------------------------------------

    private readonly ReadOnlySpan<float> Values(LayerNode node, int index) => Memory(node, index).Span;

    private readonly ReadOnlyMemory<float> Memory(LayerNode node, int index)
    {
        var slot = node.Parameters[index];
        return (slot.IsTrained ? _parameters : _buffers).AsMemory(slot.Offset, slot.Count);
    }

    private readonly float[][] TensorValues(LayerNode node)
    {
        var values = new float[node.Parameters.Count][];
        for (int i = 0; i < values.Length; i++)
            values[i] = Values(node, i).ToArray();
        return values;
    }

    private readonly double[] Doubles(LayerNode node, int index)
    {
        var values = Values(node, index);
        double[] result = new double[values.Length];
        for (int i = 0; i < result.Length; i++)
            result[i] = values[i];
        return result;
    }

    private readonly float[] Pad(LayerNode node, int index) => Pad(Doubles(node, index));

    private static float[] Pad(ReadOnlySpan<float> values)
    {
        float[] result = new float[values.Length + TVector.Count];
        values.CopyTo(result);
        return result;
    }

    /// <summary>With zeros behind, so that a vector can be read from any column.</summary>
    private static float[] Pad(double[] values)
    {
        float[] result = new float[values.Length + TVector.Count];
        for (int i = 0; i < values.Length; i++)
            result[i] = (float)values[i];
        return result;
    }
}
