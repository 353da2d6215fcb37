namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Background rows: given, stored in model files, chosen in training.</summary>
[TestClass]
public sealed class BackgroundRowsTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow(0.1)]
    [DataRow(0.9)]
    public void RowsAreReturnedAsTheyWereGiven(double zeros)
    {
        var random = new Random(1);
        float[] features = [.. Enumerable.Range(0, 70).Select(_ => random.NextDouble() < zeros ? 0 : random.NextDouble() < 0.1 ? float.NaN : random.NextSingle())];
        var rows = new BackgroundRows(features, 7, [.. Enumerable.Range(1, 10).Select(i => (float)i)]);
        Assert.AreEqual(zeros > 0.5, rows.IsSparse);
        CollectionAssert.AreEqual(features, rows.Rows().SelectMany(row => row).ToArray());
        for (int i = 0; i < 10; i++)
            Assert.AreEqual((i + 1) / 55.0, rows.Weights[i], 1e-6);
    }

    [TestMethod]
    public void BadRowsAreRefused()
    {
        string Message(Func<object> make) => Assert.Throws<ArgumentException>(() => make()).Message;
        StringAssert.Contains(Message(() => new BackgroundRows([], 3)), "There are 0 background rows");
        StringAssert.Contains(Message(() => new BackgroundRows(new float[1025], 1)), "There are 1025 background rows; there must be from 1 to 1024");
        StringAssert.Contains(Message(() => new BackgroundRows(new float[7], 3)), "7 values, which is no multiple of the width, 3");
        StringAssert.Contains(Message(() => new BackgroundRows(new float[6], 0)), "width is 0");
        StringAssert.Contains(Message(() => new BackgroundRows(new float[6], 3, [1])), "There are 1 weights for 2 background rows");
        StringAssert.Contains(Message(() => new BackgroundRows(new float[6], 3, [1, 0])), "The weight of background row 1 is 0");
        StringAssert.Contains(Message(() => new BackgroundRows(new float[6], 3, [float.NaN, 1])), "The weight of background row 0 is NaN");
        StringAssert.Contains(Message(() => TestNetworks.Create(3, 1).WithBackground(new BackgroundRows(new float[4], 2))), "have 2 values each; the network reads 3");
        float[] many = new float[1024 * 1100];
        Array.Fill(many, 1);
        StringAssert.Contains(Message(() => TestNetworks.Create(Layer.Linear(1), 1100).WithBackground(new BackgroundRows(many, 1100))), "a model stores at most 1,048,576");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new BackgroundRows([1, 2], 2).CopyRow(1, new float[2]));
        Assert.ThrowsExactly<ArgumentException>(() => new BackgroundRows([1, 2], 2).CopyRow(0, new float[1]));
    }

    [TestMethod]
    public void AModelFileKeepsThem()
    {
        foreach (float[] features in (float[][])[[1, 2, 0, float.NaN, -5, 6], [0, 0, 7, 0, 0, 0]])
        {
            var background = new BackgroundRows(features, 3, [1, 3]);
            var network = TestNetworks.Create(3, 2).With(TestNetworks.Named).WithBackground(background);
            byte[] file = ModelFileBuilder.Save(network);
            Assert.AreEqual(4, file[8]);
            foreach (var loaded in (TrainedNetwork[])[TrainedNetwork.Load(new MemoryStream(file)), ThroughSafetensors(network), network.Quantize(), network.WithBackground(null).WithBackground(background)])
            {
                Assert.AreEqual(background.IsSparse, loaded.Background!.IsSparse);
                CollectionAssert.AreEqual(features, loaded.Background.Rows().SelectMany(row => row).ToArray());
                CollectionAssert.AreEqual(background.Weights.ToArray(), loaded.Background.Weights.ToArray());
            }

            CollectionAssert.AreEqual(file, ModelFileBuilder.Save(TrainedNetwork.Load(new MemoryStream(file))));
            CollectionAssert.AreEqual(ModelFileBuilder.Save(TestNetworks.Create(3, 2).With(TestNetworks.Named)), ModelFileBuilder.Save(network.WithBackground(null)));
        }

        var binary = TestNetworks.Create(3, 1).With(new NetworkSignature(LearningTask.BinaryClassification)).WithBackground(new BackgroundRows([1, 2, 3], 3));
        Assert.AreSame(binary.Background, binary.WithThreshold(1).Background);
    }

    [TestMethod]
    public void TrainersStoreRowsThatRepresentTheTrainingRows()
    {
        var rows = ScoringRow.Create(600);
        foreach (var task in (TaskCase[])[TaskCase.Binary, TaskCase.Multiclass, TaskCase.Regression])
        {
            TrainedNetwork Train(int count) => task.NetworkOf(task.Trainer(_ml, options => options.NumberOfBackgroundRows = count).Fit(TestTransformers.Data(_ml, rows)));
            var network = Train(32);
            var background = network.Background!;
            Assert.AreEqual(32, background.Count);
            float[][] training = [.. rows.Select(row => row.Features)];
            Assert.IsTrue(background.Rows().All(row => training.Any(other => other.AsSpan().SequenceEqual(row))));

            // Their predictions have the distribution of all rows' predictions.
            double[] all = [.. training.Select(row => Explained.Scores(network, row)[0])], chosen = [.. background.Rows().Select(row => Explained.Scores(network, row)[0])];
            double spread = Math.Sqrt(all.Average(value => Math.Pow(value - all.Average(), 2)));
            Assert.AreEqual(all.Average(), chosen.Zip(background.Weights).Sum(pair => pair.First * pair.Second), 0.15 * spread, task.Name);

            CollectionAssert.AreEqual(ModelFileBuilder.Save(network), ModelFileBuilder.Save(Train(32)), task.Name);
            var without = Train(0);
            Assert.IsNull(without.Background);
            CollectionAssert.AreEqual(network.Parameters.ToArray(), without.Parameters.ToArray(), task.Name); // nothing else changes
        }
    }

    [TestMethod]
    public void WeightsDecideWhichRowsAreStored()
    {
        var rows = ScoringRow.Create(200);
        for (int i = 0; i < rows.Length; i++)
            rows[i].Weight = i < 100 ? 0.001f : 1;
        var network = TaskCase.Regression.NetworkOf(TaskCase.Regression.Trainer(_ml, options => (options.NumberOfBackgroundRows, options.ExampleWeightColumnName) = (40, nameof(ScoringRow.Weight))).Fit(TestTransformers.Data(_ml, rows)));
        var kept = network.Background!;
        int light = kept.Rows().Count(row => rows.Take(100).Any(other => other.Features.AsSpan().SequenceEqual(row)));
        Assert.IsLessThanOrEqualTo(1, light);
        Assert.AreEqual(1, kept.Weights.Sum(), 1e-5);
    }

    [TestMethod]
    public void FewRowsAreStoredOnceWithTheirWeight()
    {
        var network = TaskCase.Regression.NetworkOf(TaskCase.Regression.Trainer(_ml, options => options.NumberOfBackgroundRows = 64).Fit(TestTransformers.Data(_ml, ScoringRow.Create(10))));
        Assert.AreEqual(10, network.Background!.Count);
        Assert.IsTrue(network.Background.Weights.All(weight => Math.Abs(weight - 0.1) < 0.02));
    }

    [TestMethod]
    public void StreamsAndSparseRowsStoreThemToo()
    {
        var rows = ScoringRow.Create(300);
        var streamed = TaskCase.Binary.NetworkOf(TaskCase.Binary.Trainer(_ml, options => (options.NumberOfBackgroundRows, options.DataPlacement) = (8, DataPlacement.Stream)).Fit(TestTransformers.Data(_ml, rows)));
        Assert.AreEqual(8, streamed.Background!.Count);
        Assert.IsTrue(streamed.Background.Rows().All(row => rows.Any(other => other.Features.AsSpan().SequenceEqual(row))));

        var text = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 200).Select(i => new Text { Words = $"word{i % 7} word{i % 31} word{i}", Flag = i % 7 < 3 }));
        var data = _ml.Transforms.Text.ProduceWordBags("Features", nameof(Text.Words)).Fit(text).Transform(text);
        var sparse = ((DenseNetBinaryTransformer)_ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options
        {
            LabelColumnName = nameof(Text.Flag), NumberOfBackgroundRows = 16, NumberOfEpochs = 2, Network = Layer.Sequential(Layer.EmbeddingBag(4), Layer.ReLU), Seed = 1,
        }).Fit(data)).Model.Network;
        Assert.AreEqual(16, sparse.Background!.Count);
        Assert.IsTrue(sparse.Background.IsSparse);
        Assert.IsTrue(sparse.Background.Rows().All(row => row.Sum() is >= 3 and < 20));
        Assert.IsLessThan(0.011, Math.Abs(sparse.Explain(sparse.Background.Rows()[0]).Gap));
    }

    [TestMethod]
    public void AModuleOfYourOwnCannotBeExplained()
    {
        var message = Assert.ThrowsExactly<ArgumentException>(() => _ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options
        {
            Module = _ => throw new InvalidOperationException(), NumberOfBackgroundRows = 8,
        })).Message;
        StringAssert.Contains(message, "NumberOfBackgroundRows is 8, but predictions of a Module of your own cannot be explained");
    }

    private static TrainedNetwork ThroughSafetensors(TrainedNetwork network)
    {
        using var stream = new MemoryStream();
        network.SaveSafetensors(stream);
        stream.Position = 0;
        return TrainedNetwork.LoadSafetensors(stream);
    }

    private sealed class Text
    {
        public string Words { get; set; } = "";

        public bool Flag { get; set; }
    }
}
