using System.Runtime.InteropServices;
using TorchSharp;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A training that is interrupted and goes on from its checkpoint ends, bit for bit, as one that was not.</summary>
[TestClass]
public sealed class CheckpointTests
{
    private const int Epochs = 7;

    private static readonly Layer Network = Layer.Sequential(Layer.Linear(9), Layer.Tanh, Layer.Linear(1));

    private static readonly RowSet Rows = TrainingPlans.TwoClasses(53, 4, 1), Validation = TrainingPlans.TwoClasses(30, 4, 2);

    [TestMethod]
    [DynamicData(nameof(FusedOptimizerTests.Fused), typeof(FusedOptimizerTests))]
    public void EveryFusedOptimizerGoesOn(string name, Optimizer optimizer)
    {
        AssertGoesOn(Plan(optimizer), Rows, Validation, name);
        var paced = Plan(optimizer) with { ParameterGroups = [new(0, 20, 2, 0), new(20, 35, 0.5, 3)], WeightDecay = optimizer.HasWeightDecay ? 0.1 : 0 };
        AssertGoesOn(paced, Rows, null, $"{name}, paced");
    }

    [TestMethod]
    [DynamicData(nameof(LazyRowTests.Lazy), typeof(LazyRowTests))]
    public void EveryLazyOptimizerGoesOn(string name, Optimizer optimizer)
    {
        const int Width = 300, Count = 80;
        var random = new Random(1);
        var sparse = RandomSparseRows.Create(random, Count, Width, most: 10);
        float[] labels = [.. Enumerable.Range(0, Count).Select(_ => (float)random.Next(2))], weights = [.. Enumerable.Range(0, Count).Select(_ => 0.5f + random.NextSingle())];
        var rows = new RowSet(Width, true, [new RowBlock(Count, default, labels, weights, sparse)]);
        var plan = TrainingPlans.Plain(Layer.Sequential(Layer.EmbeddingBag(5), Layer.Tanh, Layer.Dropout(0.2f), Layer.Linear(1)), Width, Losses.BinaryCrossEntropy(), optimizer, 0.05, Epochs, seed: 1) with { BatchSize = 16, Shuffle = true };
        AssertGoesOn(plan, rows, rows, name);
    }

    public static IEnumerable<object[]> Torchs() => FusedOptimizerTests.Fused().Append(["Custom", Optimizers.Custom((parameters, rate, decay) => torch.optim.Adam(parameters, rate, amsgrad: true))]);

    [TestMethod]
    [DynamicData(nameof(Torchs))]
    public void EveryTorchOptimizerOfAModuleGoesOn(string name, Optimizer optimizer) =>
        AssertGoesOn(ModulePlan("CheckpointFunky", inputs => new FunkyNetwork(inputs, 1), optimizer), Rows, Validation, name);

    [TestMethod]
    public void AModulesOwnRandomNumbersGoOn()
    {
        // The uninterrupted training starts where torch's numbers were before the interrupted one started.
        torch.random.manual_seed(11);
        var plan = ModulePlan("CheckpointDropout", inputs => torch.nn.Sequential(torch.nn.Linear(inputs, 8), torch.nn.Dropout(0.5), torch.nn.Linear(8, 1)), Optimizers.AdamW());
        var expected = TrainingRun.Train(plan, Rows, Validation);
        using var folder = new TemporaryFolder();
        torch.random.manual_seed(11);
        Interrupt(plan, Rows, Validation, folder, after: 3);
        torch.random.manual_seed(12);
        AssertSame(expected, TrainingRun.Train(Keeping(plan, folder), Rows, Validation), "dropout of a module");
    }

    [TestMethod]
    public void AnOptimizerThatCannotBeSavedIsRefusedBeforeTheFirstEpoch()
    {
        using var folder = new TemporaryFolder();
        var observer = new Interrupter(1);
        var plan = Keeping(Plan(Optimizers.Custom((parameters, rate, _) => torch.optim.LBFGS(parameters, rate), "Mine")), folder) with { Observers = [observer] };
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => TrainingRun.Train(plan, Rows, null));
        StringAssert.Contains(exception.Message, "Optimizer is Mine", StringComparison.Ordinal);
        StringAssert.Contains(exception.Message, "CheckpointDirectory", StringComparison.Ordinal);
        Assert.IsEmpty(folder.Files);
    }

    private static readonly (string Name, Func<TrainingPlan, TrainingPlan> Change)[] Kinds =
    [
        ("dropout", plan => Of(plan, Layer.Sequential(Layer.Linear(20), Layer.ReLU, Layer.Dropout(0.3f), Layer.Linear(8), Layer.SiLU, Layer.Dropout(0.1f), Layer.Linear(1)))),
        ("dropout by a schedule", plan => Of(plan, Layer.Sequential(Layer.Linear(20), Layer.ReLU, Layer.Dropout(0.3f), Layer.Linear(1))) with { DropoutSchedule = Schedules.FlatCosine }),
        ("dropout in torch", plan => Of(plan, Layer.Sequential(Layer.Linear(20), TorchOnly.Layer, Layer.BatchNorm(), Layer.ReLU, Layer.Dropout(0.3f), Layer.Linear(1)))),
        ("BatchNorm", plan => Of(plan, Layer.Sequential(Layer.Linear(20), Layer.BatchNorm(), Layer.ReLU, Layer.Linear(1)))),
        ("a loss of torch's", plan => Of(plan, Layer.Sequential(Layer.Linear(20), Layer.Dropout(0.2f), Layer.Linear(1))) with { Loss = Losses.Custom((outputs, targets) => (outputs - targets).abs(), "Absolute") }),
        ("bfloat16", plan => plan with { Precision = Precision.BFloat16 }),
        ("ReduceOnPlateau", plan => plan with { Schedule = Schedules.ReduceOnPlateau(patience: 0, factor: 0.7), LearningRate = 0.3 }),
        ("a schedule that counts", plan => plan with { Schedule = Counting() }),
        ("cosines", plan => plan with { Schedule = Schedules.CosineLog(), WeightDecay = 0.1, WeightDecaySchedule = Schedules.FlatCosine }),
        ("one cycle", plan => plan with { Schedule = Schedules.OneCycle() }),
        ("early stopping", plan => plan with { LearningRate = 2, EarlyStoppingRound = 3, NumberOfEpochs = 40 }),
        ("early stopping that grows", plan => plan with { LearningRate = 2, EarlyStoppingRound = 2, EarlyStoppingGrowth = 0.5, NumberOfEpochs = 40 }),
        ("the last weights", plan => plan with { LearningRate = 2, RestoreBestWeights = false }),
        ("calibration", plan => plan with { CalibratesValidation = true }),
        ("Muon", plan => Of(plan, Layer.Sequential(Layer.Linear(20), Layer.ReLU, Layer.Linear(8), Layer.ReLU, Layer.Linear(1))) with { Optimizer = Optimizers.Muon(adamWLearningRate: 0.01), WeightDecay = 0.1, WeightDecaySchedule = Schedules.FlatCosine }),
        ("Muon in torch", plan => Of(plan, Layer.Sequential(Layer.Linear(20), Layer.ReLU, Layer.Linear(8), Layer.ReLU, Layer.Linear(1))) with { Optimizer = new Optimizer("unfused", (parameters, rate, decay) => torch.optim.AdamW(parameters, rate, weight_decay: decay)) { Muon = Optimizers.Muon().Muon } }),
        ("clipping", plan => plan with { GradientClipNorm = 0.1, GradientClipValue = 0.05 }),
        ("rows in order", plan => plan with { Shuffle = false }),
        ("full batches", plan => plan with { BatchSize = DenseNetOptions.FullBatch }),
        ("averaged weights", plan => plan with { WeightAveraging = 8 }),
        ("averaged weights in torch", plan => plan with { WeightAveraging = 8, UsesOnlyTorch = true }),
        ("first weights from data", plan => plan with { InitializesFromData = true }),
        ("from an earlier model", plan => plan with { Parameters = NetworkInitializer.Initialize(plan.Layout, Initialization.XavierNormal, 9) }),
        ("an ensemble", plan => Of(plan, EnsembleNetwork.Of(Layer.Sequential(Layer.Linear(6), Layer.ReLU, Layer.Dropout(0.2f)), 3, 1, MeanKind.Probabilities)) with { Loss = Losses.BinaryCrossEntropy().OfMembers(3), ValidationLoss = Losses.BinaryCrossEntropy() }),
    ];

    public static IEnumerable<object[]> KindNames => Kinds.Select(kind => new object[] { kind.Name });

    [TestMethod]
    [DynamicData(nameof(KindNames))]
    public void EveryKindOfTrainingGoesOn(string name) =>
        AssertGoesOn(Array.Find(Kinds, kind => kind.Name == name).Change(Plan(Optimizers.AdamW())), TrainingPlans.TwoClasses(53, 4, 1, weights: true), Validation, name);

    [TestMethod]
    public void RandomNetworksGoOn()
    {
        var random = new Random(4);
        object[][] optimizers = [.. FusedOptimizerTests.Fused()];
        int trained = 0;
        for (int i = 0; trained < 30; i++)
        {
            var layout = RandomNetworks.Next(random).Layout;
            if (layout.Root.DescendantsAndSelf().Any(node => node.Layer is DestandardizeLayer or MemberMeanLayer))
                continue; // these come last, or behind what is trained
            var layer = Layer.Sequential(layout.Layer, Layer.Linear(1));
            var plan = TrainingPlans.Plain(layer, layout.InputWidth, Losses.BinaryCrossEntropy(), (Optimizer)optimizers[random.Next(optimizers.Length)][1], 1e-3, epochs: random.Next(2, 6), seed: i) with
            {
                BatchSize = random.Next(2, 30),
                Shuffle = random.Next(2) == 0,
                DropoutSchedule = random.Next(2) == 0 ? Schedules.FlatCosine : null,
            };
            var rows = TrainingPlans.TwoClasses(random.Next(30, 60), layout.InputWidth, i, weights: random.Next(2) == 0);
            var validation = random.Next(2) == 0 ? TrainingPlans.TwoClasses(10, layout.InputWidth, i + 1) : null;
            string name = $"network {i}: {layer}, {plan.Optimizer}";
            try
            {
                TrainingRun.Train(plan, rows, validation);
            }
            catch (InvalidOperationException e) when (e.Message.Contains("diverged", StringComparison.Ordinal))
            {
                continue; // random weights of random networks may be too large for any training
            }

            AssertGoesOn(plan, rows, validation, name);
            trained++;
        }
    }

    [TestMethod]
    public void AStoppedTrainingStaysStopped()
    {
        // What several networks of a model do: the state after the last epoch is kept, and nothing is trained again.
        using var folder = new TemporaryFolder();
        var stopping = new EpochStopper(3);
        TrainingPlan Keep() => Plan(Optimizers.AdamW()) with { Checkpoint = new TrainingCheckpoint(new CheckpointFile(folder["fold-1.checkpoint"]), Header, TimeSpan.FromDays(1), keepsFinished: true) };
        var first = TrainingRun.Train(Keep() with { Observers = [stopping] }, Rows, Validation);
        Assert.AreEqual(StopReason.Observer, first.History.StopReason);
        var second = TrainingRun.Train(Keep() with { Observers = [new Interrupter(1)] }, Rows, Validation);
        AssertSame(first, second, "stopped");
    }

    [TestMethod]
    public void AnIntervalLeavesEpochsOut()
    {
        using var folder = new TemporaryFolder();
        var plan = Plan(Optimizers.AdamW());
        TrainingRun.Train(plan with { Checkpoint = new TrainingCheckpoint(new CheckpointFile(folder["fold-1.checkpoint"]), Header, TimeSpan.FromDays(1), keepsFinished: false) }, Rows, null);
        Assert.IsEmpty(folder.Files);
        TrainingRun.Train(Keeping(plan, folder), Rows, null);
        CollectionAssert.AreEqual(new[] { "fold-1.checkpoint" }, folder.Files);
    }

    [TestMethod]
    public void TheSecondsGoOn()
    {
        using var folder = new TemporaryFolder();
        var plan = Plan(Optimizers.AdamW());
        Interrupt(plan, Rows, null, folder, after: 3);
        double[] seconds = [.. TrainingRun.Train(Keeping(plan, folder), Rows, null).History.Select(record => record.Seconds)];
        CollectionAssert.AreEqual(seconds.Order().ToArray(), seconds);
    }

    [TestMethod]
    public void AWriteThatFailsIsReportedAndLeavesTheOlderState()
    {
        using var folder = new TemporaryFolder();
        var plan = Plan(Optimizers.AdamW());
        var expected = TrainingRun.Train(plan, Rows, Validation);
        string file = folder["fold-1.checkpoint"], away = folder.FullName + "-away";
        byte[] before = [];
        var blocking = new EpochAction(4, () =>
        {
            before = File.ReadAllBytes(file);
            Directory.Move(folder.FullName, away); // no file can be made there
        });
        var exception = Assert.ThrowsExactly<DirectoryNotFoundException>(() => TrainingRun.Train(Keeping(plan, folder) with { Observers = [blocking] }, Rows, Validation));
        StringAssert.Contains(exception.Message, file, StringComparison.Ordinal);
        Directory.Move(away, folder.FullName);
        CollectionAssert.AreEqual(before, File.ReadAllBytes(file));

        File.WriteAllText(file + ".0123456789abcdef.densenet.tmp", "what a killed process left of its last write");
        AssertSame(expected, TrainingRun.Train(Keeping(plan, folder), Rows, Validation), "after a failed write");
        CollectionAssert.AreEqual(new[] { "fold-1.checkpoint" }, folder.Files);
    }

    private static CheckpointHeader Header => new(1, 1, []);

    private static TrainingPlan Plan(Optimizer optimizer) =>
        TrainingPlans.Plain(Network, 4, Losses.BinaryCrossEntropy(), optimizer, 0.02, Epochs, seed: 3) with { BatchSize = 10, Shuffle = true };

    private static TrainingPlan Of(TrainingPlan plan, Layer network)
    {
        var layout = new NetworkLayout(network, plan.Layout.InputWidth);
        return plan with { Layout = layout, Buffers = NetworkInitializer.InitializeBuffers(layout, plan.Seed) };
    }

    private static TrainingPlan ModulePlan(string name, ModuleFactory factory, Optimizer optimizer) => Of(Plan(optimizer), ModuleLayers.Describe(factory, name, 4, 1));

    /// <summary>A schedule that remembers how often it was asked.</summary>
    private static Schedule Counting() => new("Counting", () =>
    {
        int asked = 0;
        return _ => 1 / (1 + (0.1 * asked++));
    });

    private static TrainingPlan Keeping(TrainingPlan plan, TemporaryFolder folder) =>
        plan with { Checkpoint = new TrainingCheckpoint(new CheckpointFile(folder["fold-1.checkpoint"]), Header, TimeSpan.Zero, keepsFinished: false) };

    private static void Interrupt(TrainingPlan plan, RowSet rows, RowSet? validation, TemporaryFolder folder, int after) =>
        Assert.ThrowsExactly<InterruptedException>(() => TrainingRun.Train(Keeping(plan, folder) with { Observers = [new Interrupter(after)] }, rows, validation));

    private static void AssertGoesOn(TrainingPlan plan, RowSet rows, RowSet? validation, string name)
    {
        var expected = TrainingRun.Train(plan, rows, validation);
        for (int after = 1; after <= expected.History.Count; after += 1 + (after / 3))
        {
            using var folder = new TemporaryFolder();
            Interrupt(plan, rows, validation, folder, after);
            if (after > 1)
                Interrupt(plan, rows, validation, folder, after: 1); // twice
            AssertSame(expected, TrainingRun.Train(Keeping(plan, folder), rows, validation), $"{name}, after {after}");
        }
    }

    private static void AssertSame(TrainingResult expected, TrainingResult actual, string name)
    {
        Assert.IsTrue(MemoryMarshal.AsBytes<float>(expected.Parameters).SequenceEqual(MemoryMarshal.AsBytes<float>(actual.Parameters)), $"{name}: parameters");
        Assert.IsTrue(MemoryMarshal.AsBytes<float>(expected.Buffers).SequenceEqual(MemoryMarshal.AsBytes<float>(actual.Buffers)), $"{name}: buffers");
        HistoryAssert.AreSame(expected.History, actual.History, name);
    }
}
