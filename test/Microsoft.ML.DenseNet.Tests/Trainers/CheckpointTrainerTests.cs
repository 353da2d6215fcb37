using Microsoft.ML.Data;
using TorchSharp;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Checkpoints as users meet them: through the options and Fit.</summary>
[TestClass]
public sealed class CheckpointTrainerTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void EveryTaskGoesOn(TaskCase task)
    {
        var data = Data(90);
        AssertGoesOn(task, data, options => options.NumberOfEpochs = 6, after: 3);
        AssertGoesOn(task, data, options => (options.ExampleWeightColumnName, options.ValidationFraction, options.EarlyStoppingRound) = ("Weight", 0.3, 4), after: 2);
        AssertGoesOn(task, SparseFeatures.Apply(_ml, data), options => options.NumberOfEpochs = 4, after: 2);
        AssertGoesOn(task, data, options => (options.DataPlacement, options.NumberOfEpochs, options.ValidationFraction) = (DataPlacement.Stream, 5, 0.2), after: 3);
        AssertGoesOn(task, data, options => (options.DataPlacement, options.Shuffle) = (DataPlacement.Stream, false), after: 2);
        AssertGoesOn(task, data, options => (options.EnsembleSize, options.NumberOfEpochs) = (3, 5), after: 3);
        AssertGoesOn(task, data, options => (options.NumberOfThreads, options.BatchSize) = (2, 7), after: 2);
    }

    [TestMethod]
    public void AWideSparseTrainingGoesOn()
    {
        var data = new GeneratedView(300, RowSet.WideSlots, row =>
        {
            var random = new Random(row);
            int[] slots = [.. Enumerable.Range(0, 6).Select(_ => random.Next(RowSet.WideSlots)).Distinct().Order()];
            return new GeneratedRow(new VBuffer<float>(RowSet.WideSlots, slots.Length, [.. slots.Select(_ => random.NextSingle())], slots), slots[0] % 2, 1);
        });
        foreach (var placement in new[] { DataPlacement.Auto, DataPlacement.Stream })
        {
            AssertGoesOn(data, () => new DenseNetBinaryTrainer.Options { HiddenUnits = [4], NumberOfEpochs = 4, Seed = 1, DataPlacement = placement }, after: 3);
            AssertGoesOn(data, () => new DenseNetBinaryTrainer.Options { Defaults = DenseNetDefaults.ForSparse(LearningTask.BinaryClassification) with { NumberOfEpochs = 4 }, Seed = 1, DataPlacement = placement }, after: 3);
        }
    }

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void TheDefaultNetworkGoesOnWhereverItWasInterrupted(TaskCase task)
    {
        var data = Data(400);
        foreach (int after in new[] { 2, 5, 11, 14 })
            AssertGoesOn(task, data, Default, after);
    }

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void TrainingsByTimeAndByGroupsGoOn(TaskCase task)
    {
        var data = Data(300);
        foreach (int after in new[] { 2, 5, 7, 11 })
            AssertGoesOn(task, data, ByTime, after);
        AssertGoesOn(task, data, ByGroup, 5);

        // The same values order rows in time, or are groups.
        using var folder = new TemporaryFolder();
        Interrupt(task, data, options =>
        {
            ByTime(options);
            Keep(options, folder);
        }, after: 2);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => Fit(_ml, task, data, options =>
        {
            ByGroup(options);
            Keep(options, folder);
        })).Message, "the column that keeps rows together (SamplingKeyColumnName) is not set there and Weight here", StringComparison.Ordinal);

        static void ByTime(DenseNetOptions options)
        {
            Default(options);
            options.TimeColumnName = nameof(ScoringRow.Weight);
        }

        static void ByGroup(DenseNetOptions options)
        {
            Default(options);
            options.SamplingKeyColumnName = nameof(ScoringRow.Weight);
        }
    }

    [TestMethod]
    public void NetworksThatTrainAtOnceGoOn()
    {
        // Canceled from the log, because who looks on by an observer sees one network after the other.
        var data = Data(400);
        var expected = Fit(_ml, TaskCase.Binary, data, Default);
        for (int epochs = 2; epochs < 12; epochs += 4)
        {
            using var folder = new TemporaryFolder();
            using var cancel = new CancellationTokenSource();
            var ml = new MLContext(seed: 1);
            int seen = 0;
            ml.Log += (_, entry) =>
            {
                if (entry.RawMessage.StartsWith("Epoch", StringComparison.Ordinal) && Interlocked.Increment(ref seen) == epochs)
                    cancel.Cancel();
            };
            Assert.ThrowsExactly<OperationCanceledException>(() => Fit(ml, TaskCase.Binary, data, options =>
            {
                Default(options);
                Keep(options, folder);
                options.CancellationToken = cancel.Token;
            }));
            Assert.IsNotEmpty(folder.Files);
            AssertSame(expected, Fit(_ml, TaskCase.Binary, data, options =>
            {
                Default(options);
                Keep(options, folder);
            }), $"after {epochs}");
            Assert.IsEmpty(folder.Files);
        }
    }

    [TestMethod]
    public void AFinishedNetworkIsNotTrainedAgain()
    {
        using var folder = new TemporaryFolder();
        var data = Data(400);
        var expected = Fit(_ml, TaskCase.Binary, data, Default);
        void Seldom(DenseNetOptions options)
        {
            Default(options);
            (options.CheckpointDirectory, options.CheckpointInterval) = (folder.FullName, TimeSpan.FromDays(1));
        }

        // Two networks of four epochs are done, the third has begun.
        Interrupt(TaskCase.Binary, data, Seldom, after: 10);
        CollectionAssert.AreEqual(new[] { "fold-1.checkpoint", "fold-2.checkpoint" }, folder.Files);
        int epochs = 0;
        AssertSame(expected, Fit(_ml, TaskCase.Binary, data, options =>
        {
            Seldom(options);
            options.Progress = _ => epochs++;
        }), "finished networks");
        Assert.AreEqual(8, epochs);
        Assert.IsEmpty(folder.Files);
    }

    [TestMethod]
    public void AModelOfAnEarlierOneGoesOn()
    {
        var data = Data(90);
        DenseNetBinaryTrainer.Options Options(TemporaryFolder? folder, TrainingObserver? observer)
        {
            var options = new DenseNetBinaryTrainer.Options { LabelColumnName = "Flag", NumberOfEpochs = 5, Seed = 2, CheckpointDirectory = folder?.FullName, CheckpointInterval = TimeSpan.Zero };
            if (observer is not null)
                options.Observers.Add(observer);
            return options;
        }

        DenseNetBinaryModelParameters first = Initial(5), other = Initial(6);
        using var folder = new TemporaryFolder();
        Assert.ThrowsExactly<InterruptedException>(() => Train(Options(folder, new Interrupter(3)), first));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => Train(Options(folder, null), other)).Message, "the model to train on from", StringComparison.Ordinal);
        AssertSame(Train(Options(null, null), first), Train(Options(folder, null), first), "earlier model");

        DenseNetBinaryModelParameters Initial(int seed) =>
            _ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { LabelColumnName = "Flag", HiddenUnits = [6], NumberOfEpochs = 2, Seed = seed }).Fit(data).Model;
        TrainedNetwork Train(DenseNetBinaryTrainer.Options options, DenseNetBinaryModelParameters initial) =>
            _ml.BinaryClassification.Trainers.DenseNet(options).Fit(data, data, initial).Model.Network;
    }

    [TestMethod]
    public void AModuleGoesOn() => AssertGoesOn(Data(90), () => new DenseNetBinaryTrainer.Options { LabelColumnName = "Flag", Module = inputs => new FunkyNetwork(inputs, 1), NumberOfEpochs = 5, Seed = 1 }, after: 3);

    [TestMethod]
    public void TheSeedThatWasDrawnIsTakenOver()
    {
        using var folder = new TemporaryFolder();
        var data = Data(90);
        Interrupt(TaskCase.Binary, data, Unseeded, after: 3, ml: new MLContext());
        int seed = new CheckpointFile(folder["fold-1.checkpoint"]).ReadHeader().Seed;
        var resumed = Fit(new MLContext(), TaskCase.Binary, data, Unseeded);
        AssertSame(Fit(new MLContext(), TaskCase.Binary, data, options => (options.Seed, options.NumberOfEpochs, options.ValidationFraction) = (seed, 5, 0.3)), resumed, "seed");

        void Unseeded(DenseNetOptions options)
        {
            Keep(options, folder);
            (options.Seed, options.NumberOfEpochs, options.ValidationFraction) = (null, 5, 0.3);
        }
    }

    [TestMethod]
    public void TheLogTellsWhereATrainingGoesOn()
    {
        using var folder = new TemporaryFolder();
        var ml = new MLContext(seed: 1);
        var messages = new List<string>();
        ml.Log += (_, entry) => messages.Add($"{entry.Kind}: {entry.RawMessage}");
        void Five(DenseNetOptions options)
        {
            Keep(options, folder);
            options.NumberOfEpochs = 5;
        }

        Interrupt(TaskCase.Binary, Data(90), Five, after: 4, ml);
        Assert.DoesNotContain(true, messages.Select(message => message.Contains("Resumed", StringComparison.Ordinal)));
        Fit(ml, TaskCase.Binary, Data(90), Five);
        Assert.Contains("Info: Resumed at epoch 3 of 5 from the checkpoint.", messages);
    }

    private static readonly (string Named, Action<DenseNetOptions> Change)[] Changes =
    [
        ("the seed is 1 there and 2 here", options => options.Seed = 2),
        ("the learning rate", options => options.LearningRate = 0.5),
        ("the network", options => options.HiddenUnits = [7]),
        ("the network", options => (options.HiddenUnits, options.Network) = (null, Layer.Sequential(Layer.Linear(6), Layer.Tanh))),
        ("the network", options => options.ScaleFeatures = false),
        ("the network", options => options.EnsembleSize = 2),
        ("the number of epochs is 3 there and 4 here", options => options.NumberOfEpochs = 4),
        ("the batch size", options => options.BatchSize = 13),
        ("shuffling", options => options.Shuffle = false),
        ("the optimizer", options => options.Optimizer = Optimizers.SGD()),
        ("the optimizer is AdamW(beta1: 0.9, beta2: 0.999, epsilon: 1E-08, amsgrad: False) there and AdamW(beta1: 0.9, beta2: 0.99,", options => options.Optimizer = Optimizers.AdamW(beta2: 0.99)),
        ("the schedule is Constant there and FlatCosine here", options => options.Schedule = Schedules.FlatCosine),
        ("the weight decay", options => options.WeightDecay = 0.3),
        ("the loss", options => options.Loss = Losses.BinaryCrossEntropy(labelSmoothing: 0.1)),
        ("the initialization", options => options.Initialization = Initialization.XavierNormal),
        ("the validation rows", options => options.ValidationFraction = 0.2),
        ("restoring the best weights", options => options.RestoreBestWeights = false),
        ("the limit to the gradient's norm is not set there and 1 here", options => options.GradientClipNorm = 1),
        ("the limit to the gradient's values", options => options.GradientClipValue = 1),
        ("the precision", options => options.Precision = Precision.BFloat16),
        ("with weights", options => options.ExampleWeightColumnName = "Weight"),
        ("a stream", options => options.DataPlacement = DataPlacement.Stream),
    ];

    public static IEnumerable<object[]> ChangeNumbers => Enumerable.Range(0, Changes.Length).Select(number => new object[] { number });

    [TestMethod]
    [DynamicData(nameof(ChangeNumbers))]
    public void OtherOptionsAreRefusedBeforeTheFirstEpoch(int number)
    {
        var (named, change) = Changes[number];
        AssertRefused(Data(90), change, named);
    }

    [TestMethod]
    public void OtherClassWeightsOfALossAreRefused()
    {
        using var folder = new TemporaryFolder();
        var data = Data(90);
        Interrupt(TaskCase.Multiclass, data, options => Set(options, 1), after: 2);
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(_ml, TaskCase.Multiclass, data, options => Set(options, 4)));
        StringAssert.Contains(exception.Message, "the loss is NegativeLogLikelihood(classWeights: [1, 1, 1]) there and NegativeLogLikelihood(classWeights: [4, 1, 1]) here", StringComparison.Ordinal);
        Fit(_ml, TaskCase.Multiclass, data, options => Set(options, 1));

        void Set(DenseNetOptions options, double first)
        {
            Keep(options, folder);
            options.Loss = Losses.NegativeLogLikelihood([first, 1, 1]);
        }
    }

    [TestMethod]
    public void AnotherBudgetOfWorkIsRefused()
    {
        // Either trains each network for all of its epochs, but not as many networks.
        using var folder = new TemporaryFolder();
        var data = Data(400);
        void Set(DenseNetOptions options)
        {
            Default(options);
            Keep(options, folder);
        }

        Interrupt(TaskCase.Binary, data, Set, after: 2);
        AssertRefused(folder, data, options =>
        {
            Set(options);
            options.Defaults = options.Defaults! with { WorkBudget = 1, WorkPerRow = 0 };
        }, "the work that decides how many networks are trained (WorkBudget and WorkPerRow)", "fold-1.checkpoint");
    }

    [TestMethod]
    public void AnotherBudgetOfMemoryIsRefusedWhereAStreamIsShuffledByIt()
    {
        // Rows so wide that the sample of them is the least there is whatever the budget, but the pool is not.
        const int Rows = 150, Width = 4000;
        var data = new GeneratedView(Rows, Width, row =>
        {
            var random = new Random(row);
            return new GeneratedRow(new VBuffer<float>(Width, [.. Enumerable.Range(0, Width).Select(_ => random.NextSingle() - 0.5f)]), row % 2);
        });
        TrainedNetwork Train(int megabytes, TemporaryFolder? folder, int? interruptAfter = null, bool shuffle = true)
        {
            var options = new DenseNetBinaryTrainer.Options { HiddenUnits = [2], NumberOfEpochs = 4, Seed = 1, DataPlacement = DataPlacement.Stream, MemoryBudget = megabytes, Shuffle = shuffle };
            if (folder is not null)
                Keep(options, folder);
            if (interruptAfter is { } epoch)
                options.Observers.Add(new Interrupter(epoch));
            return _ml.BinaryClassification.Trainers.DenseNet(options).Fit(data).Model.Network;
        }

        var expected = Train(1, null);
        CollectionAssert.AreNotEqual(expected.Parameters.ToArray(), Train(2, null).Parameters.ToArray());
        using var folder = new TemporaryFolder();
        Assert.ThrowsExactly<InterruptedException>(() => Train(1, folder, interruptAfter: 2));
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => Train(2, folder));
        StringAssert.Contains(exception.Message, "is of another training: the number of rows among which a stream is shuffled (MemoryBudget) is 16 there and 32 here. ", StringComparison.Ordinal);
        AssertSame(expected, Train(1, folder), "the same budget");

        // Without shuffling the budget changes nothing.
        Assert.ThrowsExactly<InterruptedException>(() => Train(1, folder, interruptAfter: 2, shuffle: false));
        AssertSame(Train(1, null, shuffle: false), Train(2, folder, shuffle: false), "not shuffled");
    }

    [TestMethod]
    public void OtherDataAreRefusedBeforeTheFirstEpoch()
    {
        AssertRefused(Data(91), _ => { }, "the number of training rows is 90 there and 91 here");
        var rows = ScoringRow.Create(90);
        rows[57].Features[2] += 0.001f;
        AssertRefused(TestTransformers.Data(_ml, rows), _ => { }, "the training rows");
        rows = ScoringRow.Create(90);
        rows[3].Flag = !rows[3].Flag;
        AssertRefused(TestTransformers.Data(_ml, rows), _ => { }, "the training rows");
    }

    [TestMethod]
    public void AChangedStreamIsRefusedWhereverItWasChanged()
    {
        // Of these rows about one in eight is in the sample; the changed ones are not, and nothing is scaled.
        const int Rows = 15_000, Width = 8, Changed = Rows / 2;
        GeneratedRow Make(int row)
        {
            var random = new Random(row);
            return new GeneratedRow(new VBuffer<float>(Width, [.. Enumerable.Range(0, Width).Select(_ => random.NextSingle())]), row % 2, 1 + (row % 3));
        }

        TrainedNetwork Train(Func<int, GeneratedRow> make, TemporaryFolder? folder, bool interrupts = false)
        {
            var options = new DenseNetBinaryTrainer.Options { HiddenUnits = [2], NumberOfEpochs = 2, Seed = 1, DataPlacement = DataPlacement.Stream, MemoryBudget = 1, BatchSize = 1024, ScaleFeatures = false, ExampleWeightColumnName = "Weight" };
            if (folder is not null)
                Keep(options, folder);
            if (interrupts)
                options.Observers.Add(new Interrupter(2));
            return _ml.BinaryClassification.Trainers.DenseNet(options).Fit(new GeneratedView(Rows, Width, make)).Model.Network;
        }

        using var folder = new TemporaryFolder();
        Assert.ThrowsExactly<InterruptedException>(() => Train(Make, folder, interrupts: true));
        foreach (Func<int, GeneratedRow> change in new Func<int, GeneratedRow>[]
        {
            row => Make(row) with { Label = row == Changed ? 1 - (row % 2) : row % 2 },
            row => Make(row) with { Weight = row == Changed ? 9 : 1 + (row % 3) },
            row => row == Changed ? Make(row) with { Features = new VBuffer<float>(Width, new float[Width]) } : Make(row),
            row => Make(row == Changed ? Changed + 1 : row == Changed + 1 ? Changed : row),
        })
        {
            var exception = Assert.ThrowsExactly<InvalidOperationException>(() => Train(change, folder));
            string[] samples = [.. System.Text.RegularExpressions.Regex.Matches(exception.Message, "the training rows is a stream .* sample (.*) there and a stream .* sample (.*) here").Single().Groups.Values.Skip(1).Select(group => group.Value)];
            Assert.AreEqual(samples[0], samples[1], "the change is not in the sample");
        }

        AssertSame(Train(Make, null), Train(Make, folder), "the same stream");
    }

    [TestMethod]
    public void FilesOfOtherNetworksOfTheModelAreRefusedToo()
    {
        // The second network's file alone: without a look at all files it would be found after the first has trained.
        using var folder = new TemporaryFolder();
        var data = Data(400);
        void Set(DenseNetOptions options)
        {
            Default(options);
            Keep(options, folder);
        }

        Interrupt(TaskCase.Binary, data, Set, after: 6);
        File.Delete(folder["fold-1.checkpoint"]);
        AssertRefused(folder, data, options =>
        {
            Set(options);
            options.LearningRate = 1;
        }, "the learning rate", "fold-2.checkpoint");

        // A renamed one is not taken for another.
        File.Move(folder["fold-2.checkpoint"], folder["fold-1.checkpoint"]);
        AssertRefused(folder, data, Set, "it is that of fold 2, not 1", "fold-1.checkpoint");
    }

    [TestMethod]
    public void ADamagedFileIsRefusedBeforeTheFirstEpoch()
    {
        using var folder = new TemporaryFolder();
        void Set(DenseNetOptions options) => Keep(options, folder);
        Interrupt(TaskCase.Binary, Data(90), Set, after: 2);
        string file = folder["fold-1.checkpoint"];
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^50] ^= 4;
        File.WriteAllBytes(file, bytes);
        var exception = Assert.ThrowsExactly<FormatException>(() => Fit(_ml, TaskCase.Binary, Data(90), Set));
        StringAssert.Contains(exception.Message, $"The checkpoint '{file}' is damaged: its checksum does not match", StringComparison.Ordinal);
        CollectionAssert.AreEqual(new[] { "fold-1.checkpoint" }, folder.Files);
    }

    [TestMethod]
    public void OnlyOurFilesAreRemoved()
    {
        using var folder = new TemporaryFolder();
        string[] others = ["fold-1.checkpoint.txt", "member-x.checkpoint", "fold-01.checkpoint", "notes"];
        Array.ForEach(others, name => File.WriteAllText(folder[name], name));
        void Set(DenseNetOptions options) => Keep(options, folder);
        Interrupt(TaskCase.Binary, Data(90), Set, after: 2);
        Assert.HasCount(others.Length + 1, folder.Files);
        Fit(_ml, TaskCase.Binary, Data(90), Set);
        CollectionAssert.AreEquivalent(others, folder.Files);
    }

    [TestMethod]
    public void TheFolderIsMadeAndNothingIsWrittenWithoutOne()
    {
        using var folder = new TemporaryFolder();
        string path = folder[Path.Combine("a", "b")];
        Interrupt(TaskCase.Binary, Data(90), options => (options.CheckpointDirectory, options.CheckpointInterval) = (path, TimeSpan.Zero), after: 2);
        Assert.IsTrue(File.Exists(Path.Combine(path, "fold-1.checkpoint")));

        string[] before = Directory.GetFileSystemEntries(Environment.CurrentDirectory);
        Fit(_ml, TaskCase.Binary, Data(90), options => options.CheckpointInterval = TimeSpan.Zero);
        CollectionAssert.AreEqual(before, Directory.GetFileSystemEntries(Environment.CurrentDirectory));
    }

    [TestMethod]
    public void WhatCannotBeIsSaidAtOnce()
    {
        using var folder = new TemporaryFolder();
        DenseNetBinaryTrainer.Options Options() => new() { CheckpointDirectory = folder.FullName };
        void Refused<TException>(Action<DenseNetBinaryTrainer.Options> change, string named)
            where TException : Exception
        {
            var options = Options();
            change(options);
            var exception = Assert.ThrowsExactly<TException>(() => _ml.BinaryClassification.Trainers.DenseNet(options));
            StringAssert.Contains(exception.Message, named, StringComparison.Ordinal);
        }

        Refused<ArgumentException>(options => options.CheckpointDirectory = " ", "CheckpointDirectory is empty");
        Refused<ArgumentOutOfRangeException>(options => options.CheckpointInterval = TimeSpan.FromTicks(-1), "CheckpointInterval is -00:00:00.0000001; it must be at least 0");
        Refused<ArgumentException>(options => options.Optimizer = Optimizers.LBFGS(), "Optimizer is LBFGS(maximumIterations: 20, historySize: 100, gradientTolerance: 1E-05, changeTolerance: 1E-09)");
        Refused<ArgumentException>(options => options.Optimizer = Optimizers.LBFGS(), "leave CheckpointDirectory out");
        Assert.AreEqual(TimeSpan.FromSeconds(30), Options().CheckpointInterval);
        Assert.IsNull(new DenseNetBinaryTrainer.Options().CheckpointDirectory);

        File.WriteAllText(folder["file"], "");
        var blocked = Assert.ThrowsExactly<IOException>(() => Fit(_ml, TaskCase.Binary, Data(90), options => options.CheckpointDirectory = folder["file"]));
        StringAssert.Contains(blocked.Message, $"CheckpointDirectory is '{folder["file"]}'", StringComparison.Ordinal);
    }

    [TestMethod]
    public void NoTensorOutlivesAnInterruptedTraining()
    {
        using var folder = new TemporaryFolder();
        var statistics = DisposeScopeManager.Statistics.TensorStatistics;
        long before = statistics.ThreadTotalLiveCount;
        void Set(DenseNetOptions options)
        {
            Keep(options, folder);
            options.Network = Layer.Sequential(Layer.Linear(4), TorchOnly.Layer, Layer.BatchNorm(), Layer.Dropout(0.1f));
            options.HiddenUnits = null;
        }

        Interrupt(TaskCase.Binary, Data(90), Set, after: 2);
        Assert.AreEqual(before, statistics.ThreadTotalLiveCount, "interrupted");
        Fit(_ml, TaskCase.Binary, Data(90), Set);
        Assert.AreEqual(before, statistics.ThreadTotalLiveCount, "resumed");
    }

    private static void Default(DenseNetOptions options) => TaskCase.SetSmallDefault(options, networks: 4);

    private static void Keep(DenseNetOptions options, TemporaryFolder folder) => (options.CheckpointDirectory, options.CheckpointInterval) = (folder.FullName, TimeSpan.Zero);

    private static TrainedNetwork Fit(MLContext ml, TaskCase task, IDataView data, Action<DenseNetOptions> set) => task.NetworkOf(task.Trainer(ml, set).Fit(data));

    private static void AssertSame(TrainedNetwork expected, TrainedNetwork actual, string name)
    {
        CollectionAssert.AreEqual(expected.Parameters.ToArray(), actual.Parameters.ToArray(), name);
        CollectionAssert.AreEqual(expected.Buffers.ToArray(), actual.Buffers.ToArray(), name);
        HistoryAssert.AreSame(expected.History, actual.History, name);
    }

    private IDataView Data(int rows) => TestTransformers.Data(_ml, ScoringRow.Create(rows));

    private void Interrupt(TaskCase task, IDataView data, Action<DenseNetOptions> set, int after, MLContext? ml = null) =>
        Assert.ThrowsExactly<InterruptedException>(() => Fit(ml ?? _ml, task, data, options =>
        {
            set(options);
            options.Observers.Add(new Interrupter(after));
        }));

    private void AssertGoesOn(TaskCase task, IDataView data, Action<DenseNetOptions> set, int after)
    {
        using var folder = new TemporaryFolder();
        void Kept(DenseNetOptions options)
        {
            set(options);
            Keep(options, folder);
        }

        var expected = Fit(_ml, task, data, set);
        Interrupt(task, data, Kept, after);
        AssertSame(expected, Fit(_ml, task, data, Kept), $"{task}, after {after}");
        Assert.IsEmpty(folder.Files);
    }

    private void AssertGoesOn(IDataView data, Func<DenseNetBinaryTrainer.Options> make, int after)
    {
        using var folder = new TemporaryFolder();
        TrainedNetwork Train(bool keeps, TrainingObserver? observer)
        {
            var options = make();
            if (keeps)
                Keep(options, folder);
            if (observer is not null)
                options.Observers.Add(observer);
            return _ml.BinaryClassification.Trainers.DenseNet(options).Fit(data).Model.Network;
        }

        Assert.ThrowsExactly<InterruptedException>(() => Train(keeps: true, new Interrupter(after)));
        AssertSame(Train(keeps: false, null), Train(keeps: true, null), $"after {after}");
        Assert.IsEmpty(folder.Files);
    }

    private void AssertRefused(IDataView data, Action<DenseNetOptions> change, string named)
    {
        using var folder = new TemporaryFolder();
        Interrupt(TaskCase.Binary, Data(90), options => Keep(options, folder), after: 2);
        AssertRefused(folder, data, options =>
        {
            Keep(options, folder);
            change(options);
        }, named, "fold-1.checkpoint");
    }

    private void AssertRefused(TemporaryFolder folder, IDataView data, Action<DenseNetOptions> set, string named, string file)
    {
        byte[] before = File.ReadAllBytes(folder[file]);
        int epochs = 0;
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(_ml, TaskCase.Binary, data, options =>
        {
            set(options);
            options.Progress = _ => epochs++;
        }));
        StringAssert.Contains(exception.Message, $"The checkpoint '{folder[file]}' is of another training: ", StringComparison.Ordinal);
        StringAssert.Contains(exception.Message, named, StringComparison.Ordinal);
        StringAssert.Contains(exception.Message, "Delete it", StringComparison.Ordinal);
        Assert.AreEqual(0, epochs);
        CollectionAssert.AreEqual(before, File.ReadAllBytes(folder[file]));
    }
}
