namespace Microsoft.ML.DenseNet;

/// <summary>
/// Reads a network layout as stages: sequences are flattened, layers that do nothing in prediction are dropped, and scalings are folded into
/// a neighboring Linear.
/// </summary>
/// <param name="parameters">The trained values, laid out by <see cref="TensorPlace"/>.</param>
/// <param name="buffers">The other values, laid out the same way.</param>
internal sealed class StagePlanner<TVector>(float[] parameters, float[] buffers) : LayerReader<List<PlannedStage>>
    where TVector : struct, ISimdVector<TVector>
{
    /// <summary>The stages of a whole network.</summary>
    public List<PlannedStage> Plan(LayerNode root) => Finish(StageOptimizer.Optimize(Read(root, [])));

    // ---- Linears and the scalings that they absorb ---------------------------------------------------------------

    public override List<PlannedStage> Linear(LayerNode node, LinearLayer layer, List<PlannedStage> stages) =>
        AddLinear(stages, new PlannedLinear(Memory(node, 0), layer.HasBias ? Doubles(node, 1) : new double[layer.Units], node.InputWidth));

    public override List<PlannedStage> EmbeddingBag(LayerNode node, EmbeddingBagLayer layer, List<PlannedStage> stages) =>
        AddLinear(stages, new PlannedLinear(Memory(node, 0), Doubles(node, 1), node.InputWidth, isByInput: true));

    public override List<PlannedStage> BatchNorm(LayerNode node, BatchNormLayer layer, List<PlannedStage> stages)
    {
        double[] scale = Doubles(node, 0);
        double[] variance = Doubles(node, 3);
        for (int i = 0; i < scale.Length; i++)
            scale[i] /= Math.Sqrt(variance[i] + layer.Epsilon);
        return AddAffine(stages, new PlannedAffine(Doubles(node, 2), scale, Doubles(node, 1)));
    }

    public override List<PlannedStage> Destandardize(LayerNode node, DestandardizeLayer layer, List<PlannedStage> stages) =>
        AddScale(stages, Doubles(node, 1), Doubles(node, 0));

    public override List<PlannedStage> Ascending(LayerNode node, AscendingLayer layer, List<PlannedStage> stages) =>
        Add(stages, node, (input, output, _) => [new RowFunctionStep(new AscendingFunction(layer.Middle, node.OutputWidth), input, output)]);

    public override List<PlannedStage> Scale(LayerNode node, ScaleLayer layer, List<PlannedStage> stages) => AddScale(stages, Doubles(node, 0));

    public override List<PlannedStage> EnsembleLinear(LayerNode node, EnsembleLinearLayer layer, List<PlannedStage> stages)
    {
        AddScale(stages, Doubles(node, 1));
        Add(stages, node, (input, output, scratch) => EnsembleLinearSteps(node, layer, input, output, scratch));
        return AddScale(stages, Doubles(node, 2), layer.HasBias ? Doubles(node, 3) : null);
    }

    // ---- Elementwise layers --------------------------------------------------------------------------------------

    public override List<PlannedStage> Activation(LayerNode node, ActivationLayer layer, List<PlannedStage> stages) =>
        Add(stages, new PlannedElementwise(ActivationTable<TVector>.Of(layer).Value, layer));

    public override List<PlannedStage> PReLU(LayerNode node, PReLULayer layer, List<PlannedStage> stages) => layer.PerUnit
        ? AddElementwise(stages, new PReLUFunction<TVector>(Pad(node, 0)), layer.ToString())
        : AddElementwise(stages, new LeakyReLUFunction<TVector>(Values(node, 0)[0]), layer.ToString());

    public override List<PlannedStage> Standardize(LayerNode node, StandardizeLayer layer, List<PlannedStage> stages) =>
        AddScaling(stages, node, new StandardizeFunction<TVector>(Pad(node, 0), Pad(node, 1)));

    public override List<PlannedStage> RobustScale(LayerNode node, RobustScaleLayer layer, List<PlannedStage> stages) =>
        AddScaling(stages, node, new RobustScaleFunction<TVector>(Pad(node, 0), Pad(node, 1)));

    public override List<PlannedStage> Dropout(LayerNode node, DropoutLayer layer, List<PlannedStage> stages) => stages;

    // ---- Others --------------------------------------------------------------------------------------------------

    public override List<PlannedStage> LayerNorm(LayerNode node, LayerNormLayer layer, List<PlannedStage> stages) =>
        Add(stages, node, (input, output, _) => [new LayerNormStep<TVector>(Values(node, 0), Values(node, 1), layer.Epsilon, input, output)]);

    public override List<PlannedStage> Select(LayerNode node, SelectLayer layer, List<PlannedStage> stages) =>
        Add(stages, new PlannedEmbedding([.. layer.Ranges.Select(range => new EmbeddedCopy(range.Start, range.Count))]));

    public override List<PlannedStage> MissingIndicators(LayerNode node, MissingIndicatorsLayer layer, List<PlannedStage> stages) =>
        Add(stages, node, (input, output, _) => [new MissingIndicatorsStep([.. layer.Slots], input, output)]);

    public override List<PlannedStage> Repeat(LayerNode node, RepeatLayer layer, List<PlannedStage> stages) => Add(stages, node, (input, output, _) =>
        Enumerable.Range(0, layer.Count).Select(i => new CopyStep(input, output.Slice(i * input.Width, input.Width))));

    public override List<PlannedStage> PeriodicEmbedding(LayerNode node, PeriodicEmbeddingLayer layer, List<PlannedStage> stages)
    {
        var parts = new List<EmbeddedPart>();
        int units = layer.Width - 1;
        for (int slot = 0; slot < node.InputWidth; slot++)
        {
            parts.Add(new EmbeddedCosines(
                slot, Row(node, 0, slot, layer.Frequencies), Row(node, 1, slot, layer.Frequencies), Rows(node, 2, slot * units, units, layer.Frequencies), Row(node, 3, slot, units).ToArray()));
            parts.Add(new EmbeddedCopy(slot, 1));
        }

        return Add(stages, new PlannedEmbedding(parts));
    }

    public override List<PlannedStage> PiecewiseLinearEmbedding(LayerNode node, PiecewiseLinearEmbeddingLayer layer, List<PlannedStage> stages)
    {
        EmbeddedBins[] parts =
        [
            .. Enumerable.Range(0, node.InputWidth).Select(slot =>
                new EmbeddedBins(slot, Row(node, 1, slot, layer.Bins), Row(node, 2, slot, layer.Bins), Rows(node, 0, slot * layer.Width, layer.Width, layer.Bins))),
        ];
        return parts.All(part => part.HasTable)
            ? Add(stages, new PlannedEmbedding(parts))
            : Add(stages, node, (input, output, _) => [new PiecewiseLinearEmbeddingStep(layer, Values(node, 0), Values(node, 1), Values(node, 2), input, output)]);
    }

    public override List<PlannedStage> MemberLinear(LayerNode node, MemberLinearLayer layer, List<PlannedStage> stages) => Add(stages, node, (input, output, _) =>
        [new MemberLinearStep<TVector>(Values(node, 0), Values(node, 1), layer.Members, input, output)]);

    public override List<PlannedStage> MemberMean(LayerNode node, MemberMeanLayer layer, List<PlannedStage> stages)
    {
        if (stages is [.., PlannedBranches { IsSum: false } networks])
            stages[^1] = networks with { AreNetworks = true };
        return Add(stages, node, (input, output, _) => [new MemberMeanStep(layer, input, output)]);
    }

    public override List<PlannedStage> Module(LayerNode node, ModuleLayer layer, List<PlannedStage> stages) =>
        Add(stages, node, (input, output, _) => [new RowFunctionStep(ModuleFunctions.Of(layer, node.InputWidth, [.. Enumerable.Range(0, node.Parameters.Count).Select(i => Values(node, i).ToArray())]), input, output)]);

    // ---- Combinators ---------------------------------------------------------------------------------------------

    /// <inheritdoc/>
    protected override List<PlannedStage> Branch(List<PlannedStage> x) => [];

    /// <inheritdoc/>
    protected override List<PlannedStage> Add(LayerNode node, List<PlannedStage> x, IEnumerable<List<PlannedStage>> terms)
    {
        List<PlannedStage>[] branches = [.. terms];
        return Add(x, new PlannedBranches(branches, [.. branches.Select(_ => node.OutputWidth)], IsSum: true));
    }

    /// <inheritdoc/>
    protected override List<PlannedStage> Join(LayerNode node, List<PlannedStage> x, IEnumerable<List<PlannedStage>> parts) =>
        Add(x, new PlannedBranches([.. parts], [.. node.Children.Select(child => child.OutputWidth)], IsSum: false));

    private IEnumerable<ProgramStep> EnsembleLinearSteps(LayerNode node, EnsembleLinearLayer layer, Operand input, Operand output, ScratchPlanner scratch)
    {
        int units = EnsembleLinearStep<TVector>.PaddedUnits(layer.Units);
        var padded = units == layer.Units ? output : scratch.Allocate(checked(layer.Members * units));
        var step = new EnsembleLinearStep<TVector>(Values(node, 0), layer.Members, input, padded, output);
        if (padded != output)
            scratch.Release(padded);
        return [step];
    }

    /// <summary>Turns scalings that no Linear absorbed into functions.</summary>
    private static List<PlannedStage> Finish(List<PlannedStage> stages) => [.. stages.Select(Finish)];

    private static PlannedStage Finish(PlannedStage stage) => stage switch
    {
        PlannedAffine affine => new PlannedElementwise(Vectorized(new AffineFunction<TVector>(Pad(affine.Center), Pad(affine.Scale), Pad(affine.Shift)), "Affine")),
        PlannedBranches branches => branches with { Branches = [.. branches.Branches.Select(Finish)] },
        PlannedEmbedding embedding => new PlannedEmbedding([.. embedding.Parts.Select(part => part is EmbeddedBranch branch ? branch with { Stages = Finish(branch.Stages) } : part)]),
        _ => stage,
    };

    private static List<PlannedStage> Add(List<PlannedStage> stages, PlannedStage stage)
    {
        stages.Add(stage);
        return stages;
    }

    private static List<PlannedStage> Add(List<PlannedStage> stages, LayerNode node, PlannedSteps.Maker make) => Add(stages, new PlannedSteps(node.OutputWidth, make));

    private static List<PlannedStage> AddElementwise<TFunction>(List<PlannedStage> stages, TFunction function, string name)
        where TFunction : struct, IElementwise<TVector> => Add(stages, new PlannedElementwise(Vectorized(function, name)));

    private List<PlannedStage> AddScaling<TFunction>(List<PlannedStage> stages, LayerNode node, TFunction function)
        where TFunction : struct, IElementwise<TVector> =>
        Add(stages, new PlannedElementwise(Vectorized(function, node.Layer.ToString()), Output: ColumnFacts.OfScaling(Values(node, 0), Values(node, 1))));

    private static VectorizedFunction<TVector, TFunction> Vectorized<TFunction>(TFunction function, string name)
        where TFunction : struct, IElementwise<TVector> => new(function, name);

    private static List<PlannedStage> AddLinear(List<PlannedStage> stages, PlannedLinear linear)
    {
        if (stages is [.., PlannedAffine { IsSafeToMultiplyOut: true } before])
        {
            linear.FoldBefore(before);
            stages.RemoveAt(stages.Count - 1);
        }

        return Add(stages, linear);
    }

    private static List<PlannedStage> AddScale(List<PlannedStage> stages, double[] scale, double[]? shift = null) =>
        AddAffine(stages, new PlannedAffine(new double[scale.Length], scale, shift ?? new double[scale.Length]));

    private static List<PlannedStage> AddAffine(List<PlannedStage> stages, PlannedAffine affine)
    {
        if (stages is not [.., PlannedLinear linear])
            return Add(stages, affine);
        linear.FoldAfter(affine);
        return stages;
    }

    // ---- Values --------------------------------------------------------------------------------------------------

    private ReadOnlySpan<float> Values(LayerNode node, int index) => Memory(node, index).Span;

    private ReadOnlyMemory<float> Memory(LayerNode node, int index)
    {
        var place = node.Parameters[index];
        return (place.IsTrained ? parameters : buffers).AsMemory(place.Offset, place.Count);
    }

    /// <summary>A row of a tensor whose last dimension is <paramref name="width"/>.</summary>
    private ReadOnlyMemory<float> Row(LayerNode node, int index, int row, int width) => Memory(node, index).Slice(row * width, width);

    private ReadOnlyMemory<float>[] Rows(LayerNode node, int index, int first, int count, int width) =>
        [.. Enumerable.Range(first, count).Select(row => Row(node, index, row, width))];

    private double[] Doubles(LayerNode node, int index)
    {
        var values = Values(node, index);
        double[] result = new double[values.Length];
        for (int i = 0; i < result.Length; i++)
            result[i] = values[i];
        return result;
    }

    private float[] Pad(LayerNode node, int index) => Pad(Doubles(node, index));

    /// <summary>Adds zeros at the end, so that a vector can be read from any column.</summary>
    private static float[] Pad(double[] values)
    {
        float[] result = new float[values.Length + TVector.Count];
        for (int i = 0; i < values.Length; i++)
            result[i] = (float)values[i];
        return result;
    }
}
