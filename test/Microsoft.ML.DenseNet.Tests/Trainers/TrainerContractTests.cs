using System.IO.Compression;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using TorchSharp;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>What ML.NET expects of a trainer, for each of the three tasks.</summary>
[TestClass]
public sealed class TrainerContractTests
{
    private readonly MLContext _ml = new(seed: 1);

    private IDataView Data => TestTransformers.Data(_ml, ScoringRow.Create(60));

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void PassesTheEstimatorChecks(TaskCase task)
    {
        var data = Data;
        var scoring = _ml.Transforms.SelectColumns("Features").Fit(data).Transform(data);
        var invalid = _ml.Transforms.DropColumns("Features").Fit(data).Transform(data);
        EstimatorChecks.Run(task.Trainer(_ml, null), data, scoring, invalid);
        EstimatorChecks.Run(task.Trainer(_ml, options => options.ExampleWeightColumnName = nameof(ScoringRow.Weight)), data, scoring, invalid);
        EstimatorChecks.Run(_ml.Transforms.CopyColumns("Copy", "Features").AppendCacheCheckpoint(_ml).Append(task.Trainer(_ml, null)), data, dispose: true);
    }

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void SchemaIsThatOfLightGbm(TaskCase task)
    {
        var data = Data;
        DataViewAssert.SameSchema(task.LightGbm(_ml).Fit(data).Transform(data).Schema, task.Trainer(_ml, null).Fit(data).Transform(data).Schema);
        var shape = SchemaShape.Create(data.Schema);
        string[] expected = Describe(task.LightGbm(_ml).GetOutputSchema(shape));
        CollectionAssert.AreEqual(expected, Describe(task.Trainer(_ml, null).GetOutputSchema(shape)));
    }

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void SameSeedGivesTheSameFile(TaskCase task)
    {
        byte[] first = SavedNetwork(task, seed: 5), again = SavedNetwork(task, seed: 5), other = SavedNetwork(task, seed: 6);
        CollectionAssert.AreEqual(first, again);
        CollectionAssert.AreNotEqual(first, other);
    }

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void SeedComesFromTheContext(TaskCase task)
    {
        float[] Weights(int seed)
        {
            var ml = new MLContext(seed);
            return Parameters(task, task.Trainer(ml, options => options.Seed = null).Fit(TestTransformers.Data(ml, ScoringRow.Create(30))));
        }

        CollectionAssert.AreEqual(Weights(3), Weights(3));
        CollectionAssert.AreNotEqual(Weights(3), Weights(4));
    }

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void AProcessWithoutLibtorchScoresToTheSameBits(TaskCase task)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var rows = ScoringRow.Create(40);
            var data = TestTransformers.Data(_ml, rows);
            var transformer = task.Trainer(_ml, null).Fit(data);
            string model = Path.Combine(folder, "model.zip"), input = Path.Combine(folder, "rows"), output = Path.Combine(folder, "scores");
            _ml.Model.Save(transformer, data.Schema, model);
            File.WriteAllBytes(input, MemoryMarshal.AsBytes(rows.SelectMany(row => row.Features).ToArray().AsSpan()));

            string report = ScoringHostProcess.Run(model, input, ScoringRow.Width, output);
            StringAssert.Contains(report, "TorchSharp loaded: False");
            StringAssert.Contains(report, "torch files: 0");
            CollectionAssert.AreEqual(Scores(transformer.Transform(data)), MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(output)).ToArray());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void NoTensorOutlivesTraining(TaskCase task)
    {
        var data = Data;
        task.Trainer(_ml, null).Fit(data); // torch's own lazy state
        long drift = DriftOfOneParameter();
        long before = torch.Tensor.TotalCount;
        task.Trainer(_ml, options => options.ValidationFraction = 0.2).Fit(data);
        Assert.ThrowsExactly<OperationCanceledException>(() => task.Trainer(_ml, options => options.CancellationToken = new CancellationToken(canceled: true)).Fit(data));
        Assert.AreEqual(before + drift, torch.Tensor.TotalCount);
    }

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void TorchsGlobalRandomnessIsLeftAlone(TaskCase task)
    {
        var data = Data;
        float Draw() => torch.rand(1).item<float>();
        torch.random.manual_seed(9);
        float expected = Draw();
        torch.random.manual_seed(9);
        task.Trainer(_ml, options =>
        {
            options.HiddenUnits = null;
            options.Network = Layer.Sequential(Layer.Linear(4), Layer.Dropout(0.5f));
        }).Fit(data);
        Assert.AreEqual(9, torch.random.initial_seed());
        Assert.AreEqual(expected, Draw());
    }

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void TorchsThreadsAreLeftAsTheyWere(TaskCase task)
    {
        int before = torch.get_num_threads();
        int during = 0;
        Assert.AreEqual(before + 1, During(TorchOnly.Layer, before + 1, units: 4096));
        Assert.AreEqual(1, During(TorchOnly.Layer, null), "a small step needs no company");
        Assert.AreEqual(1, During(TorchOnly.Layer, before + 1), "and its bits would depend on it");
        Assert.AreEqual(1, During(Layer.LayerNorm(), before + 1, units: 4096), "which torch does not compute");

        int During(Layer layer, int? threads, int units = 6)
        {
            task.Trainer(_ml, options =>
            {
                options.HiddenUnits = null;
                options.Network = Layer.Sequential(Layer.Linear(units), layer, Layer.ReLU);
                options.NumberOfThreads = threads;
                options.Progress = _ => during = torch.get_num_threads();
            }).Fit(Data);
            Assert.AreEqual(before, torch.get_num_threads());
            return during;
        }
    }

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void NoEpochsGiveTheUntrainedNetwork(TaskCase task)
    {
        var network = task.NetworkOf(task.Trainer(_ml, options => options.NumberOfEpochs = 0).Fit(Data));
        Assert.HasCount(0, network.History);
        Assert.AreEqual(0, network.History.BestEpoch);
        CollectionAssert.AreEqual(NetworkInitializer.Initialize(network.Layout, Initialization.PyTorch, seed: 1), network.Parameters.ToArray());
    }

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void AWeightOfTwoIsTheRowTwice(TaskCase task)
    {
        var rows = ScoringRow.Create(30);
        foreach (var (row, index) in rows.Select((row, index) => (row, index)))
            row.Weight = 1 + index % 2;
        var twice = rows.SelectMany(row => Enumerable.Repeat(row, (int)row.Weight)).ToArray();
        void FullBatch(DenseNetOptions options)
        {
            options.BatchSize = DenseNetOptions.FullBatch;
            options.NumberOfEpochs = 20;
            options.LearningRate = 0.01;
        }

        var weighted = Parameters(task, task.Trainer(_ml, options =>
        {
            FullBatch(options);
            options.ExampleWeightColumnName = nameof(ScoringRow.Weight);
        }).Fit(TestTransformers.Data(_ml, rows)));
        var repeated = Parameters(task, task.Trainer(_ml, FullBatch).Fit(TestTransformers.Data(_ml, twice)));
        var unweighted = Parameters(task, task.Trainer(_ml, FullBatch).Fit(TestTransformers.Data(_ml, rows)));

        Assert.IsLessThan(2e-4, Distance(weighted, repeated));
        Assert.IsGreaterThan(2e-3, Distance(weighted, unweighted));
    }

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void AWeightOfZeroIsNoRow(TaskCase task)
    {
        // Whatever such rows hold, and wherever rows are kept, in the named and in the default network.
        var rows = ScoringRow.Create(120);
        var random = new Random(3);
        var more = rows.SelectMany(row => Enumerable.Range(0, random.Next(3)).Select(_ => Nothing()).Append(row)).Append(Nothing()).ToArray();
        foreach (int[]? units in new int[]?[] { [6], null })
        {
            foreach (var placement in new[] { DataPlacement.Host, DataPlacement.Stream })
            {
                float[] Fit(ScoringRow[] data) => Parameters(task, task.Trainer(_ml, options =>
                {
                    options.HiddenUnits = units;
                    options.DataPlacement = placement;
                    options.ExampleWeightColumnName = nameof(ScoringRow.Weight);
                }).Fit(TestTransformers.Data(_ml, data)));
                CollectionAssert.AreEqual(Fit(rows), Fit(more), $"{placement}");
            }
        }

        ScoringRow Nothing() => new()
        {
            Features = [.. Enumerable.Range(0, ScoringRow.Width).Select(slot => slot == 2 ? float.NaN : 1e8f * random.NextSingle())],
            Flag = random.Next(2) == 0,
            Class = ScoringRow.ClassNames[0],
            Value = 1e9f,
            Weight = 0,
        };
    }

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void TheModelIsThatOfTheBestEpoch(TaskCase task)
    {
        var train = TestTransformers.Data(_ml, ScoringRow.Create(40));
        var validation = TestTransformers.Data(_ml, ScoringRow.Create(40, seed: 8));
        var trainer = (dynamic)task.Trainer(_ml, options =>
        {
            options.NumberOfEpochs = 300;
            options.LearningRate = 0.05; // far too long and fast: it must overfit
            options.HiddenUnits = [32];
            options.EarlyStoppingRound = 25;
        });
        var network = task.NetworkOf((ITransformer)trainer.Fit(train, validation));
        var history = network.History;

        Assert.AreEqual(StopReason.EarlyStopping, history.StopReason);
        Assert.AreEqual(history.BestEpoch + 25, history.Count);
        double best = history.Min(record => record.ValidationLoss!.Value);
        Assert.AreEqual(best, history[history.BestEpoch - 1].ValidationLoss!.Value);

        // The weights are the best epoch's: training on for no further epoch's sake, from them, starts at that loss.
        var again = (ITransformer)((dynamic)task.Trainer(_ml, options =>
        {
            options.HiddenUnits = [32];
            options.NumberOfEpochs = 1;
            options.LearningRate = 1e-12;
            options.WeightDecay = 0;
        })).Fit(train, validation, (dynamic)ModelOf(network, task, train));
        Assert.AreEqual(best, task.NetworkOf(again).History[0].ValidationLoss!.Value, 1e-5);
    }

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void TrainingGoesOnFromAModel(TaskCase task)
    {
        var data = Data;
        void Twenty(DenseNetOptions options)
        {
            options.NumberOfEpochs = 20;
            options.BatchSize = DenseNetOptions.FullBatch;
            options.Optimizer = Optimizers.SGD(); // no state: twenty epochs and twenty more are forty
        }

        var forty = Parameters(task, task.Trainer(_ml, options =>
        {
            Twenty(options);
            options.NumberOfEpochs = 40;
        }).Fit(data));
        dynamic first = task.Trainer(_ml, Twenty).Fit(data);
        var second = (ITransformer)((dynamic)task.Trainer(_ml, options =>
        {
            Twenty(options);
            options.HiddenUnits = null;
        })).Fit(data, first.Model);
        Assert.IsLessThan(1e-5, Distance(forty, Parameters(task, second)));

        var other = (dynamic)task.Trainer(_ml, options => options.HiddenUnits = [7]);
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => { other.Fit(data, first.Model); });
        StringAssert.Contains(error.Message, "Linear(7)");
    }

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void SparseAndDenseRowsTrainAlike(TaskCase task)
    {
        var rows = ScoringRow.Create(50);
        foreach (var row in rows)
            row.Features[2] = row.Features[4] = 0;
        var dense = TestTransformers.Data(_ml, rows);
        var sparse = SparseFeatures.Apply(_ml, dense);
        CollectionAssert.AreEqual(Parameters(task, task.Trainer(_ml, null).Fit(dense)), Parameters(task, task.Trainer(_ml, null).Fit(sparse)));
    }

    /// <summary>TorchSharp counts a tensor that became a Parameter for ever, though its memory has moved; a training makes one.</summary>
    private static long DriftOfOneParameter()
    {
        long before = torch.Tensor.TotalCount;
        using (new TorchSharp.Modules.Parameter(torch.zeros(1)))
        {
        }

        return torch.Tensor.TotalCount - before;
    }

    private static string[] Describe(SchemaShape shape) =>
        [.. shape.OrderBy(column => column.Name, StringComparer.Ordinal).Select(column =>
            $"{column.Name}: {column.Kind} {column.ItemType} key {column.IsKey} [{string.Join(", ", column.Annotations.Select(annotation => $"{annotation.Name} {annotation.Kind} {annotation.ItemType} {annotation.IsKey}").Order(StringComparer.Ordinal))}]")];

    private static float[] Parameters(TaskCase task, ITransformer transformer) => task.NetworkOf(transformer).Parameters.ToArray();

    private static double Distance(float[] left, float[] right) => left.Zip(right).Max(pair => Math.Abs(pair.First - pair.Second));

    private object ModelOf(TrainedNetwork network, TaskCase task, IDataView data) => task.Name switch
    {
        "Binary" => new DenseNetBinaryModelParameters(_ml, network),
        "Multiclass" => new DenseNetMulticlassModelParameters(_ml, network),
        _ => new DenseNetRegressionModelParameters(_ml, network),
    };

    private static byte[] SavedNetwork(TaskCase task, int seed)
    {
        var ml = new MLContext();
        var data = TestTransformers.Data(ml, ScoringRow.Create(30));
        var transformer = task.Trainer(ml, options =>
        {
            options.Seed = seed;
            options.ValidationFraction = 0.25;
            options.HiddenUnits = null;
            options.Network = Layer.Sequential(Layer.Linear(6), Layer.ReLU, Layer.Dropout(0.3f), Layer.BatchNorm());
        }).Fit(data);
        using var stream = new MemoryStream();
        ml.Model.Save(transformer, data.Schema, stream);

        // Entries, not the zip, which dates them; and without the seconds that the trainings took.
        using var zip = new ZipArchive(stream);
        using var content = new MemoryStream();
        foreach (var entry in zip.Entries.OrderBy(entry => entry.FullName, StringComparer.Ordinal).Where(entry => entry.Name != "Times"))
        {
            using var part = entry.Open();
            part.CopyTo(content);
        }

        return content.ToArray();
    }

    private static float[] Scores(IDataView scored) =>
        scored.Schema["Score"].Type is VectorDataViewType ? [.. scored.GetColumn<float[]>("Score").SelectMany(row => row)] : [.. scored.GetColumn<float>("Score")];
}
