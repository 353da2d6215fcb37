namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Whole trainings over rows without their zeros, beside the same over dense rows.</summary>
[TestClass]
public sealed class SparseTrainingTests
{
    private const int Width = 700, Rows = 300;

    private static readonly Layer Network = Layer.Sequential(Layer.EmbeddingBag(9), Layer.Tanh, Layer.Linear(1));

    private static (RowSet Sparse, RowSet Dense) Data(int seed = 1)
    {
        var random = new Random(seed);
        var sparse = RandomSparseRows.Create(random, Rows, Width, most: 10);
        float[] labels = [.. Enumerable.Range(0, Rows).Select(row => sparse.RowValues(row).ToArray().Sum() > 0 ? 1f : 0)];
        float[] weights = [.. Enumerable.Range(0, Rows).Select(_ => 0.5f + random.NextSingle())];
        return (new RowSet(Width, true, [new RowBlock(Rows, default, labels, weights, sparse)]),
            new RowSet(Width, true, [new RowBlock(Rows, RandomSparseRows.ToDense(sparse, Rows), labels, weights)]));
    }

    private static TrainingPlan Plan(Optimizer optimizer, double rate) =>
        TrainingPlans.Plain(Network, Width, Losses.BinaryCrossEntropy(), optimizer, rate, epochs: 3, seed: 1) with { BatchSize = 32, Shuffle = true };

    public static IEnumerable<object[]> SameEitherWay() => new (Optimizer, double)[]
    {
        // Lazy ones whose dense step leaves a value without gradient alone, and others, which see the whole gradient.
        (Optimizers.SGD(), 0.5), (Optimizers.Adagrad(), 0.1), (Optimizers.SGD(0.9), 0.1), (Optimizers.AdamW(), 0.02), (Optimizers.Adam(), 0.02), (Optimizers.RMSprop(), 0.01),
    }.Select(item => new object[] { item.Item1.Name, item.Item1, item.Item2 });

    [TestMethod]
    [DynamicData(nameof(SameEitherWay))]
    public void SparseRowsTrainAsDenseOnes(string name, Optimizer optimizer, double rate)
    {
        var (sparse, dense) = Data();
        var (sparseValidation, denseValidation) = Data(2);
        foreach (var (value, norm) in new (double?, double?)[] { (null, null), (0.003, null), (0.02, 0.05) })
        {
            double decay = optimizer.IsLazy || !optimizer.HasWeightDecay ? 0 : 0.01;
            var plan = Plan(optimizer, rate) with { WeightDecay = decay, GradientClipValue = value, GradientClipNorm = norm };
            var expected = TrainingRun.Train(plan, dense, denseValidation);
            foreach (var validation in new[] { sparseValidation, denseValidation })
            {
                var actual = TrainingRun.Train(plan, sparse, validation);
                for (int i = 0; i < expected.Parameters.Length; i++)
                    Assert.AreEqual(expected.Parameters[i], actual.Parameters[i], 2e-3, $"{name}, value {i}");
                for (int epoch = 0; epoch < 3; epoch++)
                {
                    Assert.AreEqual(expected.History[epoch].TrainingLoss, actual.History[epoch].TrainingLoss, 1e-4, name);
                    Assert.AreEqual(expected.History[epoch].ValidationLoss!.Value, actual.History[epoch].ValidationLoss!.Value, 1e-4, name);
                    Assert.AreEqual(expected.History[epoch].GradientNorm!.Value, actual.History[epoch].GradientNorm!.Value, 1e-3 * expected.History[epoch].GradientNorm!.Value, name);
                }
            }
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void ScaledSparseRowsTrainAsScaledDenseOnes(bool isTorchLoss)
    {
        // Some slots get a value in every row; all other zeros stay.
        var layout = new NetworkLayout(Layer.Sequential([Layer.Standardize, .. ((SequentialLayer)Network).Layers]), Width);
        float[] buffers = NetworkInitializer.InitializeBuffers(layout, 1);
        for (int slot = 0; slot < Width; slot += 3)
            (buffers[slot], buffers[Width + slot]) = (slot % 90 == 0 ? 0.3f : 0, 0.5f + (slot % 5));
        Assert.IsNotNull(SparseScaling.Of(layout, buffers));
        var (sparse, dense) = Data();
        var (sparseValidation, denseValidation) = Data(2);
        foreach (var (optimizer, rate) in new[] { (Optimizers.Adagrad(), 0.1), (Optimizers.AdamW(), 0.02) })
        {
            var plan = Plan(optimizer, rate) with { Layout = layout, Buffers = buffers };
            if (isTorchLoss)
                plan = plan with { Loss = Losses.Custom((outputs, targets) => (outputs - targets).pow(2), "square") };
            var expected = TrainingRun.Train(plan, dense, denseValidation);
            foreach (var validation in new[] { sparseValidation, denseValidation })
            {
                var actual = TrainingRun.Train(plan, sparse, validation);
                for (int i = 0; i < expected.Parameters.Length; i++)
                    Assert.AreEqual(expected.Parameters[i], actual.Parameters[i], 2e-3, $"value {i}");
                for (int epoch = 0; epoch < 3; epoch++)
                {
                    Assert.AreEqual(expected.History[epoch].TrainingLoss, actual.History[epoch].TrainingLoss, 1e-4);
                    Assert.AreEqual(expected.History[epoch].ValidationLoss!.Value, actual.History[epoch].ValidationLoss!.Value, 1e-4);
                }
            }
        }
    }

    [TestMethod]
    public void ATorchLossTrainsOnSparseRowsAsWell()
    {
        var (sparse, dense) = Data();
        var plan = Plan(Optimizers.Adagrad(), 0.1) with { Loss = Losses.Custom((outputs, targets) => (outputs - targets).pow(2), "square") };
        var expected = TrainingRun.Train(plan, dense, null).Parameters;
        var actual = TrainingRun.Train(plan, sparse, null).Parameters;
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 2e-3, $"value {i}");
    }

    [TestMethod]
    public void SparseAdamMovesTouchedRowsAsItsFormulasSay()
    {
        // A linear model; each row of weights is one number.
        const double Rate = 0.05;
        var (sparse, _) = Data();
        var plan = Plan(Optimizers.SparseAdam(), Rate) with { Layout = new NetworkLayout(Layer.EmbeddingBag(1), Width), Shuffle = false, NumberOfEpochs = 2, BatchSize = 100 };
        float[] actual = TrainingRun.Train(plan, sparse, null).Parameters;

        var block = sparse.Blocks[0];
        double[] value = new double[Width + 1], average = new double[Width + 1], square = new double[Width + 1];
        double meanWeight = sparse.MeanWeight;
        for (int step = 1; step <= 6; step++)
        {
            int first = (step - 1) % 3 * 100;
            var gradient = new double[Width + 1];
            var touched = new HashSet<int> { Width };
            for (int row = first; row < first + 100; row++)
            {
                double sum = value[Width];
                var slots = block.Sparse!.RowSlots(row);
                var values = block.Sparse.RowValues(row);
                for (int i = 0; i < slots.Length; i++)
                    sum += value[slots[i]] * values[i];
                double by = block.Weights.Span[row] / meanWeight * ((1 / (1 + Math.Exp(-sum))) - block.Labels.Span[row]) / 100;
                gradient[Width] += by;
                for (int i = 0; i < slots.Length; i++)
                {
                    gradient[slots[i]] += by * values[i];
                    touched.Add(slots[i]);
                }
            }

            foreach (int i in touched)
            {
                average[i] = (0.9 * average[i]) + (0.1 * gradient[i]);
                square[i] = (0.999 * square[i]) + (0.001 * gradient[i] * gradient[i]);
                value[i] -= Rate * Math.Sqrt(1 - Math.Pow(0.999, step)) / (1 - Math.Pow(0.9, step)) * average[i] / (Math.Sqrt(square[i]) + 1e-8);
            }
        }

        for (int i = 0; i <= Width; i++)
            Assert.AreEqual(value[i], actual[i], 2e-4, $"value {i}");
    }

    [TestMethod]
    public void ThreadsDoNotChangeAModel()
    {
        var (sparse, _) = Data();
        float[] Train(int threads) => TrainingRun.Train(Plan(Optimizers.SparseAdam(), 0.01) with { NumberOfThreads = threads }, sparse, null).Parameters;
        CollectionAssert.AreEqual(Train(1), Train(2));
        CollectionAssert.AreEqual(Train(1), Train(3));
    }

    [TestMethod]
    public void ObserversSeeTheWholeGradient()
    {
        var (sparse, dense) = Data();
        float[] Gradient(RowSet rows)
        {
            var observer = new GradientKeeper();
            TrainingRun.Train(Plan(Optimizers.SGD(), 0.1) with { Observers = [observer] }, rows, null);
            return observer.Gradient;
        }

        float[] expected = Gradient(dense), actual = Gradient(sparse);
        Assert.IsTrue(expected.AsSpan(0, Width).IndexOfAnyExcept(0f) >= 0);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-5, $"value {i}");
    }

    private sealed class GradientKeeper : TrainingObserver
    {
        public float[] Gradient { get; private set; } = [];

        public override void OnEpochEnded(TrainingProgress progress) => Gradient = [.. progress.TakeGradients().SelectMany(tensor => tensor.Values.ToArray())];
    }
}
