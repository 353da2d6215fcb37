using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Wide sparse features through ML.NET: words, hashed.</summary>
[TestClass]
public sealed class WideSparseTests
{
    private readonly MLContext _ml = new(seed: 1);

    /// <summary>Texts of common and rare words; some words, and some pairs of neighbours, tell the classes apart.</summary>
    private static IEnumerable<Text> Texts(int count, int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            int[] words = [.. Enumerable.Range(0, 20).Select(_ => (int)(3000 * Math.Pow(random.NextDouble(), 2)))];
            double score = words.Sum(word => (word % 7) - 3) + (3 * random.NextDouble());
            yield return new Text { Words = string.Join(' ', words.Select(word => $"w{word}")), Label = score > 1.5, Number = (float)score };
        }
    }

    private (IDataView Train, IDataView Test) Hashed()
    {
        var train = _ml.Data.LoadFromEnumerable(Texts(12_000, 1));
        var transform = _ml.Transforms.Text.TokenizeIntoWords("Tokens", "Words")
            .Append(_ml.Transforms.Text.ProduceHashedWordBags("Features", "Words", numberOfBits: 17, ngramLength: 1)).Fit(train);
        return (transform.Transform(train), transform.Transform(_ml.Data.LoadFromEnumerable(Texts(3000, 2))));
    }

    [TestMethod]
    public void ADefaultClassifierOfHashedWordsKeepsUpWithSdca()
    {
        var (train, test) = Hashed();
        double Auc(ITransformer model) => _ml.BinaryClassification.Evaluate(model.Transform(test)).AreaUnderRocCurve;
        double sdca = Auc(_ml.BinaryClassification.Trainers.SdcaLogisticRegression().Fit(train));
        var ours = _ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { Seed = 1 }).Fit(train);
        double auc = Auc(ours);
        Console.WriteLine($"SDCA {sdca:F4}, ours {auc:F4}, {ours.Model.Network.History.Count} epochs");
        Assert.IsInstanceOfType<EmbeddingBagLayer>(ours.Model.Network.Layout.Root.Children[1].Layer);
        Assert.IsGreaterThan(sdca - 0.01, auc);
    }

    [TestMethod]
    [DataRow(DataPlacement.Auto)]
    [DataRow(DataPlacement.Stream)]
    public void NamedWidthsBecomeAnEmbeddingBagBehindScaling(DataPlacement placement)
    {
        var (train, test) = Hashed();
        foreach (int[] units in new[] { Array.Empty<int>(), [16] })
        {
            var model = _ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { HiddenUnits = units, NumberOfEpochs = 6, LearningRate = 0.02, BatchSize = 64, Seed = 1, DataPlacement = placement }).Fit(train);
            var layers = model.Model.Network.Layout.Root.Children;
            Assert.AreEqual(Layer.Standardize, layers[0].Layer);
            Assert.AreEqual(Layer.EmbeddingBag(units is [var first] ? first : 1), layers[1].Layer);
            double auc = _ml.BinaryClassification.Evaluate(model.Transform(test)).AreaUnderRocCurve;
            Console.WriteLine($"{placement}, [{string.Join(", ", units)}]: {auc:F4}");
            Assert.IsGreaterThan(0.87, auc);
        }
    }

    [TestMethod]
    public void NumbersAreLearnedFromHashedWords()
    {
        var (train, test) = Hashed();
        var model = _ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { LabelColumnName = "Number", Seed = 1 }).Fit(train);
        double rSquared = _ml.Regression.Evaluate(model.Transform(test), "Number").RSquared;
        Console.WriteLine($"R² {rSquared:F4}");
        Assert.IsGreaterThan(0.7, rSquared);
    }

    [TestMethod]
    public void WideRowsAreNeverWrittenOut()
    {
        // 20 000 rows of 100 000 slots would be 8 GB, and the buffer of a batch of 2048, which stays for a whole training, 800 MB.
        const int Rows = 20_000, Width = 100_000;
        var view = new GeneratedView(Rows, Width, row =>
        {
            var random = new Random(row);
            int[] slots = [.. Enumerable.Range(0, 30).Select(_ => random.Next(Width)).Distinct().Order()];
            return new GeneratedRow(new VBuffer<float>(Width, slots.Length, [.. slots.Select(_ => 1f)], slots), slots[0] % 2);
        });
        long before = Environment.WorkingSet;
        var peak = new PeakMemory();
        var options = new DenseNetBinaryTrainer.Options { HiddenUnits = [8], NumberOfEpochs = 2, BatchSize = 2048, ValidationFraction = 0.2, Seed = 1 };
        options.Observers.Add(peak);
        _ml.BinaryClassification.Trainers.DenseNet(options).Fit(view);
        Console.WriteLine($"{(peak.Bytes - before) >> 20} MB");
        Assert.IsLessThan(300L << 20, peak.Bytes - before);
    }

    [TestMethod]
    public void WithoutScalingAMissingValueInAWideSparseRowIsNamed()
    {
        const int Width = 5000;
        var view = new GeneratedView(10, Width, row => new GeneratedRow(new VBuffer<float>(Width, 2, [1, row == 7 ? float.NaN : 1], [3, 4000]), row % 2));
        var trainer = _ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { ScaleFeatures = false });
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(view));
        StringAssert.Contains(exception.Message, "slot 4000 at row 7");
        StringAssert.Contains(exception.Message, "ReplaceMissingValues");
    }

    private sealed class PeakMemory : TrainingObserver
    {
        public long Bytes { get; private set; }

        public override void OnEpochEnded(TrainingProgress progress) => Bytes = Math.Max(Bytes, Environment.WorkingSet);
    }

    private sealed class Text
    {
        public string Words { get; set; } = "";

        public bool Label { get; set; }

        public float Number { get; set; }
    }
}
