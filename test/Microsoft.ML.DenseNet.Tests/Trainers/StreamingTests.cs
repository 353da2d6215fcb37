using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Training on rows that are read anew in every epoch.</summary>
[TestClass]
public sealed class StreamingTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void AStreamLearnsTwoClassesAsWellAsMemory()
    {
        var test = new GeneratedView(4000, 6, row => GeneratedRows.Classes(row + 1_000_000));
        double Auc(DataPlacement placement) => _ml.BinaryClassification.Evaluate(
            _ml.BinaryClassification.Trainers.DenseNet(Binary(placement)).Fit(new GeneratedView(6000, 6, GeneratedRows.Classes)).Transform(test)).AreaUnderRocCurve;
        double memory = Auc(DataPlacement.Host), stream = Auc(DataPlacement.Stream);
        Assert.IsGreaterThan(0.97, memory);
        Assert.AreEqual(memory, stream, 0.01);
    }

    [TestMethod]
    public void AStreamLearnsNumbersAsWellAsMemory()
    {
        var test = new GeneratedView(4000, 4, row => GeneratedRows.Numbers(row + 1_000_000), isBoolean: false);
        double RSquared(DataPlacement placement) => _ml.Regression.Evaluate(
            _ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { HiddenUnits = [24], NumberOfEpochs = 12, LearningRate = 0.01, BatchSize = 64, Seed = 3, DataPlacement = placement })
                .Fit(new GeneratedView(5000, 4, GeneratedRows.Numbers, isBoolean: false)).Transform(test)).RSquared;
        double memory = RSquared(DataPlacement.Device), stream = RSquared(DataPlacement.Stream);
        Assert.IsGreaterThan(0.98, memory);
        Assert.AreEqual(memory, stream, 0.01);
    }

    [TestMethod]
    public void TheDefaultNetworkTrainsOnAStream()
    {
        var test = new GeneratedView(2000, 6, row => GeneratedRows.Classes(row + 1_000_000));
        var model = _ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { Seed = 1, NumberOfEpochs = 12, DataPlacement = DataPlacement.Stream })
            .Fit(new GeneratedView(3000, 6, GeneratedRows.Classes));
        Assert.IsNotNull(model.Model.Network.History[0].ValidationLoss, "rows are held out");
        Assert.IsGreaterThan(0.97, _ml.BinaryClassification.Evaluate(model.Transform(test)).AreaUnderRocCurve);
    }

    [TestMethod]
    public void SeveralClassesTrainOnAStream()
    {
        var data = _ml.Transforms.Conversion.MapValueToKey("Key", "Label").Fit(new GeneratedView(2000, 6, ThreeClasses, isBoolean: false)).Transform(new GeneratedView(2000, 6, ThreeClasses, isBoolean: false));
        var model = _ml.MulticlassClassification.Trainers.DenseNet(new DenseNetMulticlassTrainer.Options { LabelColumnName = "Key", HiddenUnits = [16], NumberOfEpochs = 15, LearningRate = 0.02, Seed = 1, DataPlacement = DataPlacement.Stream }).Fit(data);
        Assert.IsGreaterThan(0.95, _ml.MulticlassClassification.Evaluate(model.Transform(data), "Key").MicroAccuracy);

        static GeneratedRow ThreeClasses(int row)
        {
            var made = GeneratedRows.Classes(row);
            return made with { Label = made.Features.GetItemOrDefault(5) switch { < -2 => 0, < 2 => 1, _ => 2 } };
        }
    }

    public static IEnumerable<object[]> Placements() => from placement in Enum.GetValues<DataPlacement>() from wide in (bool[])[false, true] select new object[] { placement, wide };

    [TestMethod]
    [DynamicData(nameof(Placements))]
    public void TheNumberOfReadersDoesNotChangeAModel(DataPlacement placement, bool isWide)
    {
        var make = isWide ? (Func<int, GeneratedRow>)GeneratedRows.Wide : GeneratedRows.Classes;
        byte[] Bytes(int readers)
        {
            var options = Binary(placement);
            options.NumberOfEpochs = 2;
            options.ValidationFraction = 0.2;
            options.NumberOfThreads = readers;
            options.ExampleWeightColumnName = "Weight";
            options.ClassWeights = ClassWeights.Balanced;
            var network = _ml.BinaryClassification.Trainers.DenseNet(options).Fit(new GeneratedView(3000, isWide ? 200 : 6, make) { MaximumCursors = readers }).Model.Network;
            return [.. network.Parameters.ToArray().Concat(network.Buffers.ToArray()).SelectMany(BitConverter.GetBytes)];
        }

        byte[] one = Bytes(1);
        CollectionAssert.AreEqual(one, Bytes(1));
        CollectionAssert.AreEqual(one, Bytes(2));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void TheNumberOfThreadsHoldsForReading(int threads)
    {
        var view = new GeneratedView(1000, 6, GeneratedRows.Classes);
        var options = Binary(DataPlacement.Stream);
        options.NumberOfEpochs = 2;
        options.NumberOfThreads = threads;
        _ml.BinaryClassification.Trainers.DenseNet(options).Fit(view);
        Assert.AreEqual(threads * (1 + 2), view.Opened, "cursors in the first pass and in two epochs");
    }

    [TestMethod]
    public void SparseRowsTrainAsTheSameRowsDense()
    {
        float[] Train(Func<int, GeneratedRow> make, bool isSparse)
        {
            var view = new GeneratedView(1000, 200, make);
            var rows = new RowReader(view.Schema, "Features", "Label", "Weight", allowMissingFeatures: true).Read(view, default);
            Assert.AreEqual(isSparse, rows.IsSparse);
            var options = Binary(DataPlacement.Auto);
            options.NumberOfEpochs = 2;
            options.ValidationFraction = 0.2;
            options.ExampleWeightColumnName = "Weight";
            options.NumberOfThreads = 1;
            return _ml.BinaryClassification.Trainers.DenseNet(options).Fit(view).Model.Network.Parameters.ToArray();
        }

        float[] sparse = Train(GeneratedRows.Wide, isSparse: true);
        float[] dense = Train(row => GeneratedRows.Wide(row) with { Features = new VBuffer<float>(200, GeneratedRows.Dense(GeneratedRows.Wide(row))) }, isSparse: false);
        for (int i = 0; i < dense.Length; i++)
            Assert.AreEqual(dense[i], sparse[i], 1e-4f); // statistics are summed in another order
    }

    [TestMethod]
    [DataRow(200)]
    [DataRow(5000)] // whose zeros are never written out
    public void AStreamMayStoreItsRowsOtherwiseInEachPass(int width)
    {
        // The form of the first pass stays: what later passes fill has no room for another.
        float[] Train(bool isSparse, bool changes, bool shuffles)
        {
            GeneratedView? view = null;
            view = new GeneratedView(400, width, row =>
            {
                int slot = row % 50;
                var sparse = new VBuffer<float>(width, 2, [1 + (row % 3), 2], [slot, 100 + slot]);
                return new GeneratedRow(isSparse == (changes && view!.Opened > 1) ? new VBuffer<float>(width, [.. sparse.DenseValues()]) : sparse, row % 2);
            })
            {
                MaximumCursors = 1,
            };
            var options = Binary(DataPlacement.Stream);
            (options.NumberOfEpochs, options.HiddenUnits, options.Shuffle) = (2, [4], shuffles);
            return _ml.BinaryClassification.Trainers.DenseNet(options).Fit(view).Model.Network.Parameters.ToArray();
        }

        foreach (bool isSparse in (bool[])[false, true])
        {
            foreach (bool shuffles in (bool[])[false, true])
                CollectionAssert.AreEqual(Train(isSparse, changes: false, shuffles), Train(isSparse, changes: true, shuffles));
        }
    }

    [TestMethod]
    public void AutoStreamsWhatDoesNotFit()
    {
        // 60 000 rows of 6 floats, twice: above 1 MB, below 100.
        foreach (var (budget, passes) in new[] { (100, 1), (1, 1 + 2) })
        {
            var view = new GeneratedView(60_000, 6, GeneratedRows.Classes) { MaximumCursors = 1 };
            var options = Binary(DataPlacement.Auto);
            options.MemoryBudget = budget;
            options.NumberOfEpochs = 2;
            options.BatchSize = 1024;
            _ml.BinaryClassification.Trainers.DenseNet(options).Fit(view);
            Assert.AreEqual(passes, view.Opened, $"{budget} MB");
            Assert.AreEqual(view.Opened, view.Disposed);
        }
    }

    [TestMethod]
    public void AStreamVisitsEveryRowOnceAnEpochInNewOrders()
    {
        // A network of one weight that is never changed sums up the features it sees: each row has a different one.
        const int Count = 5000;
        var view = new GeneratedView(Count, 1, row => new GeneratedRow(new VBuffer<float>(1, [row]), row));
        var reader = new RowReader(view.Schema, "Features", "Label", null, allowMissingFeatures: true);
        var stream = new RowLoader(reader, new MemoryLimits(1), 0, seed: 5).Read(view, DataPlacement.Stream, _ => new HeldOut(0.25), gatherMoments: false, default);
        var plan = TrainingPlans.Plain(Layer.Linear(1), 1, Losses.MeanSquaredError(), Optimizers.SGD(), 0, 1, seed: 5, LearningTask.Regression) with { Shuffle = true };
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var batches = new StreamBatches(plan, stream.Stream! with { PoolBytes = 500 * 12 }, 64, features => features, sparse: null);

        var orders = new List<float[]>();
        for (int epoch = 0; epoch < 2; epoch++)
        {
            batches.StartEpoch();
            var seen = new List<float>();
            while (seen.Count < batches.Count)
                seen.AddRange(batches.Next(Math.Min(64, batches.Count - seen.Count)).Features.data<float>().ToArray());
            orders.Add([.. seen]);
        }

        float[] validation = [.. stream.Validation!.Blocks.SelectMany(block => block.Features.ToArray())];
        Assert.AreEqual(Count / 4, validation.Length, 150);
        foreach (float[] order in orders)
            CollectionAssert.AreEquivalent(Enumerable.Range(0, Count).Select(row => (float)row).Except(validation).ToArray(), order);
        CollectionAssert.AreNotEqual(orders[0], orders[1]);
        float distance = orders[0].Zip(orders[0].Order(), (visited, sorted) => Math.Abs(visited - sorted)).Average();
        Assert.IsGreaterThan(200, distance, "rows move about as far as the pool is long");
    }

    [TestMethod]
    [DataRow(DataPlacement.Host)]
    [DataRow(DataPlacement.Stream)]
    public void BatchesOfSparseRowsHoldThemTwice(DataPlacement placement)
    {
        const int Count = 300, Width = 200;
        var view = new GeneratedView(Count, Width, GeneratedRows.Wide, isBoolean: false);
        var reader = new RowReader(view.Schema, "Features", "Weight", null, allowMissingFeatures: true);
        var data = new RowLoader(reader, new MemoryLimits(1), 0, seed: 5).Read(view, placement, _ => HeldOut.None, gatherMoments: false, default);
        var plan = TrainingPlans.Plain(Layer.Linear(1), Width, Losses.MeanSquaredError(), Optimizers.SGD(), 0, 1, seed: 5, LearningTask.Regression) with { Shuffle = true };
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var batches = data.Stream is { } stream ? BatchSource.Open(plan, stream, 64, features => features * 2, sparse: null) : BatchSource.Open(plan, data.Rows, 64, features => features * 2, sparse: null);

        var expected = Enumerable.Range(0, Count).Select(row => string.Join(' ', GeneratedRows.Dense(GeneratedRows.Wide(row)))).Order().ToArray();
        for (int epoch = 0; epoch < 2; epoch++)
        {
            batches.StartEpoch();
            var seen = new List<string>();
            while (seen.Count < Count)
            {
                var batch = batches.Next(Math.Min(64, Count - seen.Count));
                float[] scaled = batch.Features.data<float>().ToArray();
                var row = new float[Width];
                for (int i = 0; i < batch.Count; i++)
                {
                    batch.Sparse!.CopyRow(i, row);
                    seen.Add(string.Join(' ', row));
                    CollectionAssert.AreEqual(row.Select(value => 2 * value).ToArray(), scaled[(i * Width)..((i + 1) * Width)]);
                }
            }

            CollectionAssert.AreEqual(expected, seen.Order().ToArray());
        }
    }

    [TestMethod]
    public void ARowThatCannotBeReadEndsTheTrainingWithItsError()
    {
        var view = new GeneratedView(3000, 6, GeneratedRows.Classes);
        var options = Binary(DataPlacement.Stream);
        options.Progress = progress => view.FailingRow = progress.Epoch == 2 ? 1234 : -1;
        var error = Assert.ThrowsExactly<IOException>(() => _ml.BinaryClassification.Trainers.DenseNet(options).Fit(view));
        Assert.AreEqual("row 1234", error.Message);
        Assert.AreEqual(view.Opened, view.Disposed);
    }

    [TestMethod]
    public void ABadRowOfALaterPassIsNamed()
    {
        bool isBad = false;
        var view = new GeneratedView(3000, 6, row => isBad && row == 2000 ? new GeneratedRow(new VBuffer<float>(6, [1, 2, 3, float.NegativeInfinity, 5, 6]), 1) : GeneratedRows.Classes(row));
        var options = Binary(DataPlacement.Stream);
        options.Progress = _ => isBad = true;
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => _ml.BinaryClassification.Trainers.DenseNet(options).Fit(view));
        StringAssert.Contains(error.Message, $"'Features' holds {float.NegativeInfinity} in slot 3 at row 2000 ");
        Assert.AreEqual(view.Opened, view.Disposed);
    }

    public static IEnumerable<object[]> ChangedCounts() =>
        from counts in new[] { (3000, 2900), (3000, 2990), (3000, 3001), (3000, 3100), (3008, 2944), (3008, 3000), (3008, 3009), (3008, 3072) } // 3008 is 47 batches of 64
        from isLast in new[] { false, true }
        from shuffle in new[] { false, true }
        select new object[] { counts.Item1, counts.Item2, isLast, shuffle };

    [TestMethod]
    [DynamicData(nameof(ChangedCounts))]
    public void DataThatChangesBetweenPassesIsSaid(int before, int after, bool isLast, bool shuffle)
    {
        var view = new GeneratedView(before, 6, GeneratedRows.Classes);
        var options = Binary(DataPlacement.Stream);
        options.NumberOfEpochs = isLast ? 2 : 3;
        options.Shuffle = shuffle;
        int epochs = 0;
        options.Progress = progress =>
        {
            epochs = progress.Epoch;
            view.Rows = after;
        };
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => _ml.BinaryClassification.Trainers.DenseNet(options).Fit(view));
        StringAssert.Contains(error.Message, $"{before} training rows");
        StringAssert.Contains(error.Message, after > before ? "more" : $"{after} when");
        StringAssert.Contains(error.Message, "DataPlacement.Host");
        Assert.AreEqual(1, epochs, "the epoch that saw other rows is not finished");
        Assert.AreEqual(view.Opened, view.Disposed);
    }

    [TestMethod]
    [DataRow(3000)]
    [DataRow(3008)]
    [DataRow(3050)]
    public void DataThatChangesIsSaidWhereALastRowIsLeftOut(int after)
    {
        // 47 batches and a row, on which BatchNorm cannot train.
        var view = new GeneratedView(3009, 6, GeneratedRows.Classes);
        var options = Binary(DataPlacement.Stream);
        options.HiddenUnits = null;
        options.Network = Layer.Sequential(Layer.Linear(8), Layer.BatchNorm(), Layer.ReLU);
        options.NumberOfEpochs = 2;
        options.Progress = _ => view.Rows = after;
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => _ml.BinaryClassification.Trainers.DenseNet(options).Fit(view));
        StringAssert.Contains(error.Message, "3009 training rows");
        Assert.AreEqual(view.Opened, view.Disposed);
    }

    [TestMethod]
    public void ARowThatCannotBeReadBehindTheLastBatchEndsTheTraining()
    {
        // The row that fails is alone in its block, and set aside: the only batch is full before it is read.
        var probe = new GeneratedView(100_000, 6, GeneratedRows.Classes);
        int rows = 1 + new RowReader(probe.Schema, "Features", "Label", null, allowMissingFeatures: true).Blocks(probe, () => true, default).First().Rows;
        var view = new GeneratedView(rows, 6, GeneratedRows.Classes);
        var options = Binary(DataPlacement.Stream);
        options.Seed = Enumerable.Range(0, 100).First(seed => new RowDraw(seed).Share(rows - 1) < 0.2);
        options.ValidationFraction = 0.2;
        options.BatchSize = DenseNetOptions.FullBatch;
        options.NumberOfEpochs = 2;
        options.Shuffle = false;
        options.Progress = _ => view.FailingRow = rows - 1;
        var error = Assert.ThrowsExactly<IOException>(() => _ml.BinaryClassification.Trainers.DenseNet(options).Fit(view));
        Assert.AreEqual($"row {rows - 1}", error.Message);
        Assert.AreEqual(view.Opened, view.Disposed);
    }

    [TestMethod]
    public void AStreamCanBeCanceledAndStopped()
    {
        using var cancel = new CancellationTokenSource();
        int rows = 0;
        var view = new GeneratedView(30_000, 6, GeneratedRows.Classes);
        var options = Binary(DataPlacement.Stream);
        options.CancellationToken = cancel.Token;
        view.OnRow = _ =>
        {
            if (Interlocked.Increment(ref rows) == 50_000) // in the second pass
                cancel.Cancel();
        };
        Assert.Throws<OperationCanceledException>(() => _ml.BinaryClassification.Trainers.DenseNet(options).Fit(view));
        Assert.AreEqual(view.Opened, view.Disposed);

        view = new GeneratedView(3000, 6, GeneratedRows.Classes);
        options = Binary(DataPlacement.Stream);
        options.Progress = progress => progress.Stop();
        Assert.HasCount(1, _ml.BinaryClassification.Trainers.DenseNet(options).Fit(view).Model.Network.History);
        Assert.AreEqual(view.Opened, view.Disposed);
    }

    [TestMethod]
    public void ABatchThatIsTooLargeToStreamIsSaid()
    {
        var options = Binary(DataPlacement.Stream);
        options.BatchSize = DenseNetOptions.FullBatch;
        var view = new GeneratedView(1_000_000, 20, row => new GeneratedRow(new VBuffer<float>(20, 1, [row], [row % 20]), row % 2));
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => _ml.BinaryClassification.Trainers.DenseNet(options).Fit(view));
        StringAssert.Contains(error.Message, "BatchSize");
        Assert.AreEqual(view.Opened, view.Disposed);
    }

    [TestMethod]
    public void ValidationDataBesideAStreamIsUsed()
    {
        var options = Binary(DataPlacement.Stream);
        options.EarlyStoppingRound = 50;
        var model = _ml.BinaryClassification.Trainers.DenseNet(options).Fit(new GeneratedView(3000, 6, GeneratedRows.Classes), new GeneratedView(500, 6, row => GeneratedRows.Classes(row + 10_000)));
        Assert.IsNotNull(model.Model.Network.History[0].ValidationLoss);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void ValidationRowsBesideAStreamFillTheirShareOfTheBudget(bool isSparse)
    {
        // A sixteenth of 1 MB. A row has a label, a weight and 50 values, and where it is sparse their slots and an end.
        const int Budget = (1 << 20) / 16;
        int width = isSparse ? 400 : 50;
        var view = new GeneratedView(3000, width, row =>
        {
            int[] slots = [.. Enumerable.Range(0, 50).Select(i => isSparse ? (8 * i) + (row % 8) : i)];
            return new GeneratedRow(new VBuffer<float>(width, 50, [.. slots.Select(slot => slot + 1f)], slots), row % 2);
        });
        var reader = new RowReader(view.Schema, "Features", "Label", "Weight", allowMissingFeatures: true);
        var rows = new RowLoader(reader, new MemoryLimits(1), 2, seed: 5).ReadBounded(view, default);
        Assert.AreEqual(isSparse, rows.IsSparse);
        Assert.AreEqual(Budget / (isSparse ? 412 : 208), rows.Count);

        long bytes = sizeof(float) * rows.Blocks.Sum(block => (long)block.Features.Length + block.Labels.Length + block.Weights.Length + (block.Sparse is { } sparse ? sparse.Starts.Length + sparse.Slots.Length + sparse.Values.Length : 0));
        Assert.AreEqual(bytes, rows.Blocks.Sum(block => block.Bytes));
    }

    [TestMethod]
    public void ABlockCountsTheMemoryOfItsRowsNotOfTheArraysThatAreReused()
    {
        var view = new GeneratedView(3000, 200, GeneratedRows.Wide);
        var reader = new RowReader(view.Schema, "Features", "Label", "Weight", allowMissingFeatures: true);
        long Bytes(bool reuse) => reader.Blocks(view, () => reuse, default).Sum(block => block.Bytes);
        Assert.AreEqual(Bytes(reuse: false), Bytes(reuse: true));
    }

    [TestMethod]
    [DataRow(2000, true, 0.1)]
    [DataRow(2000, false, 0.2)]
    [DataRow(40, false, 0.2)]
    [DataRow(39, true, 0.0)]
    [DataRow(39, false, 0.0)]
    [DataRow(1, false, 0.0)]
    public void TheDefaultNetworkHoldsOutOfAStreamWhatItDoesOfMemory(int rows, bool isWideSparse, double share)
    {
        foreach (var placement in new[] { DataPlacement.Host, DataPlacement.Stream })
        {
            var view = HeldOutView(rows, isWideSparse);
            var rowsSeen = new RowCounter();
            var options = new DenseNetRegressionTrainer.Options { Seed = 1, NumberOfEpochs = 1, DataPlacement = placement };
            options.Observers.Add(rowsSeen);
            var network = _ml.Regression.Trainers.DenseNet(options).Fit(view).Model.Network;
            double expected = rows * (1 - share);
            double deviation = placement == DataPlacement.Stream ? Math.Sqrt(rows * share * (1 - share)) : 0; // a stream draws row by row
            Assert.AreEqual(expected, rowsSeen.Count, (4 * deviation) + 1e-9, $"{placement}");
            Assert.AreEqual(share > 0, network.History[0].ValidationLoss is not null, $"{placement}");
            Assert.AreEqual(view.Opened, view.Disposed);
        }
    }

    [TestMethod]
    public void TheMinimumOfRowsToValidateOnIsThatOfTheDefaults()
    {
        foreach (int minimum in new[] { 300, 301 })
        {
            var options = new DenseNetRegressionTrainer.Options { Seed = 1, NumberOfEpochs = 1, DataPlacement = DataPlacement.Stream, Defaults = DenseNetDefaults.For(LearningTask.Regression) with { MinimumRowsToValidate = minimum } };
            bool isValidated = _ml.Regression.Trainers.DenseNet(options).Fit(HeldOutView(300, isWideSparse: false)).Model.Network.History[0].ValidationLoss is not null;
            Assert.AreEqual(minimum == 300, isValidated);
        }
    }

    [TestMethod]
    public void AFractionThatIsSetHoldsForFewRowsToo()
    {
        var rowsSeen = new RowCounter();
        var options = new DenseNetRegressionTrainer.Options { Seed = 1, NumberOfEpochs = 1, DataPlacement = DataPlacement.Stream, ValidationFraction = 0.5 };
        options.Observers.Add(rowsSeen);
        Assert.IsNotNull(_ml.Regression.Trainers.DenseNet(options).Fit(HeldOutView(30, isWideSparse: false)).Model.Network.History[0].ValidationLoss);
        Assert.IsInRange(5, 25, rowsSeen.Count);
    }

    [TestMethod]
    public void AStreamTooSmallToHoldOutOfSaysWhoWantedTo()
    {
        // Of two rows drawn one by one, none is often held out.
        DenseNetRegressionTrainer.Options Options(double? fraction, int seed) => new()
        {
            Seed = seed,
            NumberOfEpochs = 1,
            DataPlacement = DataPlacement.Stream,
            ValidationFraction = fraction,
            Defaults = DenseNetDefaults.For(LearningTask.Regression) with { Folds = 2, MinimumRowsToValidate = 2 },
        };
        var draws = Enumerable.Range(0, 100).Select(seed => (Seed: seed, Draw: new RowDraw(seed)));
        int seed = draws.First(draw => draw.Draw.Share(0) > 0.5 && draw.Draw.Share(1) > 0.5).Seed;
        InvalidOperationException Error(double? fraction) => Assert.ThrowsExactly<InvalidOperationException>(() =>
            _ml.Regression.Trainers.DenseNet(Options(fraction, seed)).Fit(HeldOutView(2, isWideSparse: false)));

        StringAssert.Contains(Error(0.2).Message, "ValidationFraction 0.2 of 2 rows");
        string unset = Error(null).Message;
        StringAssert.Contains(unset, "default network");
        StringAssert.Contains(unset, "2 rows");
        StringAssert.Contains(unset, "DataPlacement.Host");
        Assert.DoesNotContain("ValidationFraction 0", unset);
    }

    /// <summary>Numbers to learn, from six features or from a few of 5000 slots.</summary>
    private static GeneratedView HeldOutView(int rows, bool isWideSparse) => isWideSparse
        ? new GeneratedView(rows, 5000, row => new GeneratedRow(new VBuffer<float>(5000, 2, [1, 1], [row % 50, 50 + (row % 4000)]), row % 50), isBoolean: false)
        : new GeneratedView(rows, 6, GeneratedRows.Classes, isBoolean: false);

    private sealed class RowCounter : TrainingObserver
    {
        public long Count { get; private set; }

        public override void OnTrainingStarted(TrainingProgress progress) => Count = progress.TrainingRows;
    }

    private static DenseNetBinaryTrainer.Options Binary(DataPlacement placement) => new()
    {
        HiddenUnits = [32, 16],
        NumberOfEpochs = 12,
        LearningRate = 0.01,
        BatchSize = 64,
        Seed = 3,
        DataPlacement = placement,
    };
}
