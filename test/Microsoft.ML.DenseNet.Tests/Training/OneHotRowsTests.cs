using TorchSharp;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>One-hot blocks that are looked up train to the same bits as blocks that are multiplied with all their slots.</summary>
[TestClass]
public sealed class OneHotRowsTests
{
    private const int Rows = 300;

    private static readonly SlotRange Numbers = new(0, 5), First = new(5, 40), Middle = new(45, 3), Second = new(48, 700);

    private static int Width => Second.End;

    /// <summary>Networks over the same slots, with the blocks that may be looked up.</summary>
    private static (Layer Body, SlotRange[] Blocks)[] Networks =>
    [
        (Layer.Sequential(Layer.Concat(Layer.Select(Numbers, Middle), Embedded(First, 8), Embedded(Second, 3)), Layer.Scale, Layer.Linear(16), Layer.SELU, Layer.Linear(1)), [First, Second]),
        (Layer.Sequential(Layer.Concat(Embedded(Second, 33, bias: true), Layer.Select(Middle, Numbers, new(2, 1))), Layer.ReLU, Layer.Dropout(0.2f), Layer.Linear(1)), [Second]),
        (Layer.Sequential(Layer.Sequential(Layer.Sum(Embedded(Second, 20), Layer.Sequential(Layer.Select(Numbers), Layer.Linear(20)), Embedded(Second, 20, bias: true)), Layer.Tanh), Layer.Linear(1)), [Second]),
        (Layer.Sequential(Layer.Concat(Layer.Select(new SlotRange(0, 48)), Layer.Sequential(Embedded(Second, 2), Layer.Tanh)), Layer.Linear(1)), [Second]),

        // Read by something else as well, in part or beside all slots.
        (Layer.Sequential(Layer.Concat(Embedded(First, 4), Layer.Select(new SlotRange(44, 1))), Layer.Linear(1)), []),
        (Layer.Sequential(Layer.Concat(Embedded(First, 4), Embedded(new SlotRange(10, 60), 4)), Layer.Linear(1)), []),
        (Layer.Sequential(Layer.Concat(Embedded(Second, 4), Layer.Identity), Layer.Linear(1)), []),
        (Layer.Sequential(Layer.Concat(Embedded(Second, 4), Layer.ReLU), Layer.Linear(1)), []),
        (Layer.Sequential(Layer.Residual(Layer.Sequential(Embedded(Second, 4), Layer.Linear(Width))), Layer.Linear(1)), []),
        (Layer.Sequential(Layer.Concat(Layer.Sequential(Layer.Select(Second), Layer.Tanh, Layer.Linear(4)), Layer.Select(Numbers)), Layer.Linear(1)), []),
        (Layer.Sequential(Layer.Concat(Embedded(Middle, 4), Layer.Select(Numbers)), Layer.Linear(1)), []),
    ];

    private static Layer Embedded(SlotRange block, int units, bool bias = false) => Layer.Sequential(Layer.Select(block), Layer.Linear(units, bias));

    [TestMethod]
    public void BlocksTrainToTheBitsOfAllSlots()
    {
        Layer?[] scalings = [null, Layer.RobustScale, Layer.Standardize];
        foreach (var (i, (body, blocks)) in Networks.Index())
        {
            var scaling = scalings[i % 3];
            var plan = Plan(body, Width, scaling, seed: i);
            var (dense, sparse) = Data(seed: 10 + i, hasMissing: scaling is not null);
            var (validation, sparseValidation) = Data(seed: 50 + i, hasMissing: scaling is not null);
            string what = $"{plan.Layout.Layer}";
            CollectionAssert.AreEqual(blocks, (OneHotRows.FormOf(plan, dense, validation)?.Blocks ?? []).ToArray(), what);
            CollectionAssert.AreEqual(blocks, (OneHotRows.FormOf(plan, sparse, null)?.Blocks ?? []).ToArray(), what);

            // A second value in each block of one validation row makes the whole run read all slots; training does not depend on it.
            var odd = WithOddRow(validation);
            Assert.IsNull(OneHotRows.FormOf(plan, dense, odd), what);
            var expected = TrainingRun.Train(plan, dense, odd);
            foreach (var (training, held) in new[] { (dense, validation), (sparse, sparseValidation), (dense, sparseValidation) })
            {
                var actual = TrainingRun.Train(plan with { NumberOfThreads = 2 }, training, held);
                CollectionAssert.AreEqual(expected.Parameters, actual.Parameters, what);
                Assert.AreEqual(expected.History[^1].TrainingLoss, actual.History[^1].TrainingLoss, what);
                Assert.AreEqual(expected.History[^1].GradientNorm, actual.History[^1].GradientNorm, what);
                Assert.AreEqual(LossOf(plan, actual, validation), actual.History[^1].ValidationLoss!.Value, 1e-5, what);
            }
        }
    }

    [TestMethod]
    public void ABlockMayBeTheWholeInput()
    {
        foreach (bool bias in (bool[])[false, true])
        {
            var plan = Plan(Layer.Sequential(Layer.Linear(7, bias), Layer.Tanh, Layer.Linear(1)), Second.Count, null, seed: 1);
            var (dense, sparse) = Only(Data(seed: 2, hasMissing: false).Dense, Second);
            Assert.AreEqual(2, OneHotRows.FormOf(plan, dense, null)!.Width);
            var odd = WithOddRow(dense);
            Assert.IsNull(OneHotRows.FormOf(plan, dense, odd));
            var expected = TrainingRun.Train(plan, dense, odd);
            CollectionAssert.AreEqual(expected.Parameters, TrainingRun.Train(plan, dense, null).Parameters);
            CollectionAssert.AreEqual(expected.Parameters, TrainingRun.Train(plan, sparse, null).Parameters);
        }
    }

    [TestMethod]
    public void BlocksWhoseZerosAreScaledAwayAreNotLookedUp()
    {
        var plan = Plan(Networks[0].Body, Width, Layer.Standardize, seed: 1);
        var (dense, _) = Data(seed: 2, hasMissing: true);
        plan.Buffers[First.Start + 3] = 0.25f; // the mean of a slot
        CollectionAssert.AreEqual(new[] { Second }, OneHotRows.FormOf(plan, dense, null)!.Blocks.ToArray());
    }

    [TestMethod]
    public void IndicatorsOfMissingValuesGoWithBlocks()
    {
        var body = Layer.Sequential(Layer.Concat(Layer.Select(Numbers, new(Width, 2)), Embedded(First, 8), Embedded(Second, 3)), Layer.Linear(1));
        var plan = Plan(NetworkComposer.Compose(Layer.RobustScale, body), Width, Layer.MissingIndicators(new SlotRange(1, 1), new SlotRange(3, 1)), seed: 1);
        var (dense, sparse) = Data(seed: 2, hasMissing: true);
        CollectionAssert.AreEqual(new[] { First, Second }, OneHotRows.FormOf(plan, dense, null)!.Blocks.ToArray());
        var expected = TrainingRun.Train(plan, dense, WithOddRow(dense));
        CollectionAssert.AreEqual(expected.Parameters, TrainingRun.Train(plan, dense, null).Parameters);
        CollectionAssert.AreEqual(expected.Parameters, TrainingRun.Train(plan, sparse, null).Parameters);

        // The indicators have an effect: without them, training arrives elsewhere.
        plan.Layout.InputScaling!.Scale(plan.Buffers).Span[Width..].Clear();
        CollectionAssert.AreNotEqual(expected.Parameters, TrainingRun.Train(plan, dense, null).Parameters);
    }

    [TestMethod]
    public void ATorchLossTrainsOnBlocksToo()
    {
        var (dense, sparse) = Data(seed: 3, hasMissing: false);
        var plan = Plan(Networks[0].Body, Width, null, seed: 1) with { Loss = Losses.Custom((outputs, targets) => (outputs - targets).pow(2), "square") };
        var expected = TrainingRun.Train(plan, dense, WithOddRow(dense));
        CollectionAssert.AreEqual(expected.Parameters, TrainingRun.Train(plan, sparse, null).Parameters);
    }

    [TestMethod]
    public void InitialWeightsAreThoseOfAllSlots()
    {
        foreach (var (i, (body, blocks)) in Networks.Index())
        {
            var plan = Plan(body, Width, Layer.RobustScale, seed: i);
            var (_, sparse) = Data(seed: 10 + i, hasMissing: true);
            var (expected, actual) = (Initialized(null), Initialized(OneHotRows.FormOf(plan, sparse, null)));
            for (int place = 0; place < expected.Length; place++)
                Assert.AreEqual(expected[place], actual[place], 1e-5 * Math.Max(1, Math.Abs(expected[place])), $"{body}, {blocks.Length} blocks, value {place}");

            float[] Initialized(OneHotForm? form)
            {
                using var scope = torch.NewDisposeScope();
                using var network = new TorchNetwork(plan.Layout, torch.CPU, 1);
                network.Load(new float[plan.Layout.ParameterCount], plan.Buffers);
                new DataDrivenInitializer(network, 1).Run(plan, sparse, form);
                return network.CopyParameters();
            }
        }
    }

    private static TrainingPlan Plan(Layer body, int width, Layer? scaling, int seed)
    {
        var plan = TrainingPlans.Plain(scaling is null ? body : NetworkComposer.Compose(scaling, body), width, Losses.BinaryCrossEntropy(), Optimizers.AdamW(), 0.02, epochs: 3, seed) with
        {
            BatchSize = 128,
            Shuffle = true,
            WeightDecay = 0.1,
            RestoreBestWeights = false,
        };
        if (plan.Layout.InputScaling is { } input)
        {
            var random = new Random(seed);
            for (int slot = 0; slot < plan.Layout.ScaledWidth; slot++)
            {
                input.Center(plan.Buffers).Span[slot] = slot < Numbers.End ? random.NextSingle() - 0.5f : 0;
                input.Scale(plan.Buffers).Span[slot] = 0.5f + random.NextSingle();
            }
        }

        return plan;
    }

    /// <summary>Rows with numbers, and with at most one value in each block, not always 1.</summary>
    private static (RowSet Dense, RowSet Sparse) Data(int seed, bool hasMissing)
    {
        var random = new Random(seed);
        var features = new float[Rows * Width];
        float[] labels = new float[Rows], weights = new float[Rows];
        for (int row = 0; row < Rows; row++)
        {
            var values = features.AsSpan(row * Width, Width);
            foreach (ref float number in values[..Numbers.End])
                number = hasMissing && random.Next(9) == 0 ? float.NaN : (random.NextSingle() * 2) - 1;
            values[Middle.Start + random.Next(Middle.Count)] = 1;
            foreach (var block in new[] { First, Second })
            {
                if (random.Next(8) > 0)
                    values[block.Start + random.Next(block.Count)] = random.Next(6) switch { 0 => 2.5f, 1 => -1, 2 when hasMissing => float.NaN, _ => 1 };
            }

            values[Second.Start + 7] = values[Second.Start + 7] == 0 ? -0f : values[Second.Start + 7]; // a zero all the same
            labels[row] = random.Next(2);
            weights[row] = 0.5f + random.NextSingle();
        }

        return DenseAndSparse(Width, features, labels, weights);
    }

    private static (RowSet Dense, RowSet Sparse) DenseAndSparse(int width, float[] features, Memory<float> labels, Memory<float> weights)
    {
        var dense = new RowBlock(Rows, features, labels, weights);
        var sparse = new BlockBuilder(width, hasWeights: true, RowForm.Sparse);
        Assert.AreEqual(Rows, sparse.Add(dense, 0, Rows));
        return (new RowSet(width, true, [dense]), new RowSet(width, true, [sparse.Build()]));
    }

    private static RowSet WithOddRow(RowSet rows)
    {
        var block = rows.Blocks[0];
        float[] features = block.Features.ToArray();
        foreach (var slots in rows.Width == Width ? new[] { First, Second } : [new SlotRange(0, rows.Width)])
            features.AsSpan(slots.Start, 2).Fill(1);
        return new RowSet(rows.Width, rows.HasWeights, [block with { Features = features }]);
    }

    private static (RowSet Dense, RowSet Sparse) Only(RowSet rows, SlotRange slots)
    {
        var block = rows.Blocks[0];
        float[] features = new float[block.Rows * slots.Count];
        for (int i = 0; i < block.Rows; i++)
            block.Features.Span.Slice((i * rows.Width) + slots.Start, slots.Count).CopyTo(features.AsSpan(i * slots.Count));
        return DenseAndSparse(slots.Count, features, block.Labels, block.Weights);
    }

    /// <summary>The weighted log-loss, from the predictions of the trained network.</summary>
    private static double LossOf(TrainingPlan plan, TrainingResult result, RowSet rows)
    {
        var network = new TrainedNetwork(plan.Layout, result.Parameters, result.Buffers, result.History);
        var block = rows.Blocks[0];
        float[] outputs = new float[block.Rows];
        network.ComputeOutputBlock(block.Features.Span, block.Rows, outputs);
        double sum = 0;
        for (int i = 0; i < outputs.Length; i++)
            sum += block.Weights.Span[i] * Math.Log(1 + Math.Exp(block.Labels.Span[i] > 0 ? -outputs[i] : outputs[i]));
        return sum / rows.MeanWeight / block.Rows;
    }
}
