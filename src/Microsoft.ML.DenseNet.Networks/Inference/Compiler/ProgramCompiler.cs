using System.Diagnostics;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Turns a <see cref="NetworkLayout"/> and its weights into the steps of a <see cref="NetworkProgram"/>.
/// </summary>
/// <remarks>
/// A <see cref="StagePlanner{TVector}"/> turns the layers into stages, of which a <see cref="StageOptimizer"/> makes cheaper ones. The stages
/// then become steps, each Linear together with the elementwise stages that follow it.
/// </remarks>
/// <param name="parameters">The trained values, laid out by <see cref="TensorPlace"/>.</param>
/// <param name="buffers">The other values, laid out the same way.</param>
/// <param name="quantization">How the weights of Linears are held.</param>
internal sealed class ProgramCompiler<TVector>(float[] parameters, float[] buffers, NetworkQuantization quantization)
    where TVector : struct, ISimdVector<TVector>
{
    private readonly List<ProgramStep> _steps = [];
    private readonly ScratchPlanner _scratch = new();

    /// <summary>The steps, in order.</summary>
    public IReadOnlyList<ProgramStep> Steps => _steps;

    /// <summary>The scratch buffers that the steps use.</summary>
    public ScratchLayout Scratch => _scratch.ToLayout();

    /// <summary>The first Linear and the elementwise layers before it, if the program starts with them; otherwise null.</summary>
    public SparseInput? SparseInput { get; private set; }

    /// <summary>Compiles a whole network; returns where its output is.</summary>
    public Operand Compile(LayerNode root)
    {
        var stages = new StagePlanner<TVector>(parameters, buffers).Plan(root);
        if (quantization == NetworkQuantization.Int8)
            QuantizedLinears.Choose(stages);
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

    /// <summary>Emits stages that read <paramref name="input"/>; the result goes to the destination if there is one.</summary>
    private Operand EmitStages(List<PlannedStage> stages, Operand input, Operand? destination)
    {
        var current = input;
        int next;
        for (int i = 0; i < stages.Count; i = next)
        {
            // One step takes the stage and, after a Linear or an elementwise stage, the elementwise stages that follow.
            bool takesFunctions = stages[i] is PlannedLinear or PlannedElementwise;
            int functionsStart = stages[i] is PlannedElementwise ? i : i + 1;
            next = i + 1;
            while (takesFunctions && next < stages.Count && stages[next] is PlannedElementwise)
                next++;
            ElementwiseFunction[] functions = [.. stages[functionsStart..next].Select(stage => ((PlannedElementwise)stage).Function)];

            var target = next == stages.Count ? destination : null;
            var result = stages[i] switch
            {
                PlannedElementwise => EmitElementwise(functions, current, target, mayOverwrite: current.Buffer != input.Buffer),
                PlannedLinear linear => EmitLinear(linear, functions, current, target),
                PlannedSteps steps => EmitSteps(steps, current, target),
                PlannedSlice slice => current.Slice(slice.Column, slice.Width),
                PlannedEmbedding embedding => EmitEmbedding(embedding, current, target),
                PlannedBranches { IsSum: true } sum => EmitSum(sum, current, target),
                PlannedBranches concat => EmitConcat(concat, current, target),
                _ => throw new UnreachableException(),
            };

            // A slice is in its input's buffer.
            if (current.Buffer != input.Buffer && current.Buffer != result.Buffer)
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

    private Operand EmitElementwise(ElementwiseFunction[] functions, Operand input, Operand? destination, bool mayOverwrite)
    {
        var output = destination ?? (mayOverwrite ? input : _scratch.Allocate(input.Width));
        _steps.Add(new ElementwiseStep(input, output, functions));
        return output;
    }

    private Operand EmitLinear(PlannedLinear linear, ElementwiseFunction[] functions, Operand input, Operand? destination)
    {
        var output = destination ?? _scratch.Allocate(linear.Bias.Length);
        float[] bias = Array.ConvertAll(linear.Bias, value => (float)value);
        _steps.Add(linear.IsQuantized ? QuantizedLinears.Step<TVector>(linear, bias, input, output, functions, _scratch)
            : linear.IsByInput ? new EmbeddingBagStep<TVector>(Pad(linear.Weights), bias, input, output, functions)
            : NarrowLinearStep<TVector>.Suits(input.Width, output.Width) ? new NarrowLinearStep<TVector>(linear.Weights, bias, input, output, functions)
            : new PanelLinearStep<TVector>(linear.Weights, bias, input, output, functions));
        return output;
    }

    private Operand EmitSteps(PlannedSteps stage, Operand input, Operand? destination)
    {
        var output = destination ?? _scratch.Allocate(stage.Width);
        _steps.AddRange(stage.Make(input, output, _scratch));
        return output;
    }

    private Operand EmitEmbedding(PlannedEmbedding embedding, Operand input, Operand? destination)
    {
        var output = destination ?? _scratch.Allocate(embedding.Width);
        int column = 0;
        foreach (var part in embedding.Parts)
        {
            if (part is EmbeddedBranch branch)
                EmitStages(branch.Stages, input, output.Slice(column, part.Width));
            column += part.Width;
        }

        // After the branches, whose steps may spill over the end of their slices; these write nothing but their own columns.
        _steps.AddRange(EmbeddingSteps<TVector>.Of(embedding, input, output));
        return output;
    }

    private Operand EmitConcat(PlannedBranches concat, Operand input, Operand? destination)
    {
        var output = destination ?? _scratch.Allocate(concat.Widths.Sum());

        // In ascending order, because each step may spill over the end of its slice.
        int column = 0;
        foreach (var (branch, width) in concat.Branches.Zip(concat.Widths))
        {
            EmitStages(branch, input, output.Slice(column, width));
            column += width;
        }

        return output;
    }

    private Operand EmitSum(PlannedBranches sum, Operand input, Operand? destination)
    {
        var output = destination ?? _scratch.Allocate(sum.Widths[0]);

        // The input itself is added to the second branch, which saves copying it first; the sum of two is the same in either order.
        int first = sum.Branches[0].Count == 0 && sum.Branches.Count > 1 ? 1 : 0;
        EmitStages(sum.Branches[first], input, output);
        for (int i = 0; i < sum.Branches.Count; i++)
        {
            if (i != first)
                EmitAddition(sum.Branches[i], input, output);
        }

        return output;
    }

    private void EmitAddition(List<PlannedStage> branch, Operand input, Operand sum)
    {
        var result = EmitStages(branch, input, destination: null);
        _steps.Add(new AddStep(result, sum));
        if (result.Buffer != input.Buffer)
            _scratch.Release(result);
    }

    /// <summary>Adds zeros at the end, so that a vector can be read from any column.</summary>
    private static float[] Pad(ReadOnlySpan<float> values)
    {
        float[] result = new float[values.Length + TVector.Count];
        values.CopyTo(result);
        return result;
    }
}
