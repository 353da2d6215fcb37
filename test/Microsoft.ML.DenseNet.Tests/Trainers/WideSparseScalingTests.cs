using System.Diagnostics;
using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Raw numbers beside a wide one-hot block.</summary>
[TestClass]
public sealed class WideSparseScalingTests
{
    private const int Rows = 3000, TestRows = 1000, Zips = 4200, Width = 2 + Zips;

    private readonly MLContext _ml = new(seed: 1);

    /// <summary>An income, a year and a zip code, of which the first two decide nearly alone; raw, or with mean and deviation of the training rows taken out.</summary>
    private static GeneratedView Houses(int first, int rows, bool isBinary, bool normalizes, Func<int, float>? income = null)
    {
        static (float Income, float Year, int Zip, double Score) Raw(int row)
        {
            var random = new Random(row);
            float income = 20_000 + (80_000 * random.NextSingle()), year = 1990 + (30 * random.NextSingle());
            int zip = random.Next(Zips);
            return (income, year, zip, ((income - 60_000) / 23_000) + ((year - 2005) / 9) + (0.3 * ((zip % 7) - 3) / 3));
        }

        var raw = Enumerable.Range(0, Rows).Select(Raw).ToArray();
        (double Mean, double Deviation) Moments(Func<(float Income, float Year, int Zip, double Score), double> value)
        {
            double mean = raw.Average(value);
            return (mean, Math.Sqrt(raw.Average(row => Math.Pow(value(row) - mean, 2))));
        }

        var (ofIncome, ofYear) = (Moments(row => row.Income), Moments(row => row.Year));
        return new GeneratedView(rows, Width, row =>
        {
            var house = Raw(first + row);
            float[] values = normalizes
                ? [(float)((house.Income - ofIncome.Mean) / ofIncome.Deviation), (float)((house.Year - ofYear.Mean) / ofYear.Deviation), 1]
                : [income?.Invoke(row) ?? house.Income, house.Year, 1];
            return new GeneratedRow(new VBuffer<float>(Width, 3, values, [0, 1, 2 + house.Zip]), isBinary ? house.Score > 0 ? 1 : 0 : (float)house.Score);
        }, isBinary);
    }

    private static float[] Scores(ITransformer model, IDataView rows) => [.. model.Transform(rows).GetColumn<float>("Score")];

    /// <summary>A model of houses and its network.</summary>
    private (ITransformer Model, TrainedNetwork Network) Fit(bool isBinary, bool normalizes, Action<DenseNetOptions> set, Func<int, float>? income = null)
    {
        var houses = Houses(0, Rows, isBinary, normalizes, income);
        var binary = new DenseNetBinaryTrainer.Options { Seed = 1, ScaleFeatures = !normalizes };
        var regression = new DenseNetRegressionTrainer.Options { Seed = 1, ScaleFeatures = !normalizes };
        set(isBinary ? binary : regression);
        if (isBinary)
        {
            var model = _ml.BinaryClassification.Trainers.DenseNet(binary).Fit(houses);
            return (model, model.Model.Network);
        }

        var numbers = _ml.Regression.Trainers.DenseNet(regression).Fit(houses);
        return (numbers, numbers.Model.Network);
    }

    public static IEnumerable<object[]> Networks() =>
        from isBinary in new[] { true, false }
        from network in new[] { "default", "members", "linear", "hidden", "written out", "module", "ensemble" }
        from placement in new[] { DataPlacement.Host, DataPlacement.Stream }
        select new object[] { isBinary, network, placement };

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void RawNumbersTrainAsNumbersNormalizedBefore(bool isBinary, string network, DataPlacement placement)
    {
        void Set(DenseNetOptions options)
        {
            options.DataPlacement = placement;
            options.NumberOfEpochs = network switch { "default" or "members" => null, "written out" or "ensemble" => 3, _ => 10 };
            options.LearningRate = network is "default" or "members" ? null : 0.01;
            options.HiddenUnits = network switch { "linear" => [], "hidden" or "ensemble" => [16], _ => null };
            options.EnsembleSize = network == "ensemble" ? 2 : 1;
            options.Network = network == "written out" ? Layer.Sequential(Layer.Linear(8), Layer.ReLU) : null;
            if (network == "module")
                (options.Module, options.ModuleName) = (inputs => TorchSharp.torch.nn.Linear(inputs, 1), "Plane");
            if (network == "members")
                options.Defaults = DenseNetDefaults.ForSparse(isBinary ? LearningTask.BinaryClassification : LearningTask.Regression) with { MaximumTrainedFolds = 2 };
        }

        var raw = Fit(isBinary, normalizes: false, Set);
        var normalized = Fit(isBinary, normalizes: true, Set);
        var test = Houses(Rows, TestRows, isBinary, normalizes: false);
        float[] expected = Scores(normalized.Model, Houses(Rows, TestRows, isBinary, normalizes: true)), actual = Scores(raw.Model, test);
        double quality = isBinary
            ? _ml.BinaryClassification.Evaluate(raw.Model.Transform(test)).AreaUnderRocCurve
            : _ml.Regression.Evaluate(raw.Model.Transform(test)).RSquared;
        Console.WriteLine($"{quality:F4}, scores differ by {expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max():G3}");
        Assert.AreEqual(Layer.Standardize, raw.Network.Layout.Root.Children[0].Layer);
        Assert.IsGreaterThan(0.95, quality);
        for (int row = 0; row < TestRows; row++)
            Assert.AreEqual(expected[row], actual[row], 0.02 * (1 + Math.Abs(expected[row])), $"row {row}");
    }

    [TestMethod]
    public void AStreamInOrderGivesTheModelOfTheSameRowsInMemory()
    {
        float[] Train(DataPlacement placement) => Fit(isBinary: true, normalizes: false, options =>
            (options.HiddenUnits, options.NumberOfEpochs, options.Shuffle, options.DataPlacement) = ([8], 3, false, placement)).Network.Parameters.ToArray();
        CollectionAssert.AreEqual(Train(DataPlacement.Host), Train(DataPlacement.Stream));
    }

    [TestMethod]
    public void AnyWayToPredictGivesTheSameScores()
    {
        var (model, network) = Fit(isBinary: false, normalizes: false, options => (options.HiddenUnits, options.NumberOfEpochs) = ([8], 3));
        var test = Houses(Rows, 50, isBinary: false, normalizes: false);
        float[] expected = Scores(model, test);

        using var file = new MemoryStream();
        _ml.Model.Save(model, test.Schema, file);
        var loaded = new MLContext().Model.Load(file, out _);
        CollectionAssert.AreEqual(expected, Scores(loaded, test));

        float[][] dense = [.. test.GetColumn<VBuffer<float>>("Features").Select(row => row.DenseValues().ToArray())];
        float[] onnx = OnnxScores(model, dense);
        for (int row = 0; row < dense.Length; row++)
        {
            float[] score = new float[1];
            network.ComputeOutputs(dense[row], score);
            Assert.AreEqual(expected[row], score[0], 1e-4f, $"row {row}");
            Assert.AreEqual(expected[row], onnx[row], 1e-4f, $"row {row}");
        }
    }

    [TestMethod]
    public void AMissingNumberIsTakenAsTheMean()
    {
        Func<int, float> sometimesMissing = row => row % 10 == 3 ? float.NaN : 20_000 + (row * 10);
        double mean = Enumerable.Range(0, Rows).Select(row => (double)sometimesMissing(row)).Where(double.IsFinite).Average();
        foreach (var placement in new[] { DataPlacement.Host, DataPlacement.Stream })
        {
            var (model, _) = Fit(isBinary: false, normalizes: false, options => (options.HiddenUnits, options.NumberOfEpochs, options.DataPlacement) = ([8], 3, placement), sometimesMissing);
            float[] Of(float income) => Scores(model, Houses(Rows, 50, isBinary: false, normalizes: false, _ => income));
            float[] missing = Of(float.NaN), atMean = Of((float)mean), atZero = Of(0);
            for (int row = 0; row < missing.Length; row++)
                Assert.AreEqual(atMean[row], missing[row], 1e-4f, $"row {row}");
            Assert.IsGreaterThan(0.01, atMean.Zip(atZero, (a, b) => Math.Abs(a - b)).Average());
        }
    }

    [TestMethod]
    public void WildNumbersDoNotSpoilATraining()
    {
        foreach (Func<int, float> income in new Func<int, float>[] { _ => 1e30f, row => row == 5 ? 1e30f : row, row => row % 50 == 0 ? -1e30f : 0, _ => 1e-30f })
        {
            var (model, _) = Fit(isBinary: false, normalizes: false, options => (options.HiddenUnits, options.NumberOfEpochs, options.LearningRate) = ([16], 10, 0.01), income);
            var test = Houses(Rows, TestRows, isBinary: false, normalizes: false, income);
            double error = _ml.Regression.Evaluate(model.Transform(test)).RootMeanSquaredError;
            Assert.IsLessThan(1.2, error); // the income alone has a deviation of 1
        }
    }

    [TestMethod]
    public void WordsAndCategoriesTrainAsWithoutScaling()
    {
        var words = new GeneratedView(500, 5000, row =>
        {
            var random = new Random(row);
            int[] slots = [.. Enumerable.Range(0, 12).Select(_ => (int)(5000 * Math.Pow(random.NextDouble(), 3))).Distinct().Order()];
            return new GeneratedRow(new VBuffer<float>(5000, slots.Length, [.. slots.Select(slot => slot < 2500 ? 1f + random.Next(3) : random.NextSingle())], slots), slots[0] % 2);
        });
        float[] Train(bool scales) => _ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { HiddenUnits = [8], NumberOfEpochs = 3, Seed = 1, ScaleFeatures = scales }).Fit(words).Model.Network.Parameters.ToArray();
        CollectionAssert.AreEqual(Train(false), Train(true));
    }

    [TestMethod]
    public void AModelWithoutScalingIsTrainedOnAsItIs()
    {
        // As earlier versions made them of wide sparse rows.
        DenseNetBinaryTrainer.Options Named(bool scales) => new() { HiddenUnits = [8], NumberOfEpochs = 2, Seed = 1, ScaleFeatures = scales };
        var houses = Houses(0, Rows, isBinary: true, normalizes: true);
        var saved = _ml.BinaryClassification.Trainers.DenseNet(Named(scales: false)).Fit(houses);
        Assert.AreEqual(Layer.EmbeddingBag(8), saved.Model.Network.Layout.Root.Children[0].Layer);
        foreach (var options in new[] { Named(scales: true), new DenseNetBinaryTrainer.Options { NumberOfEpochs = 2, Seed = 1 } })
        {
            var retrained = _ml.BinaryClassification.Trainers.DenseNet(options).Fit(houses, saved.Model).Model.Network;
            var expected = _ml.BinaryClassification.Trainers.DenseNet(Named(scales: false)).Fit(houses, saved.Model).Model.Network;
            Assert.AreEqual(saved.Model.Network.Layout.Layer, retrained.Layout.Layer);
            CollectionAssert.AreEqual(expected.Parameters.ToArray(), retrained.Parameters.ToArray());
        }

        var missing = Houses(0, Rows, isBinary: true, normalizes: false, row => row == 7 ? float.NaN : 1);
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => _ml.BinaryClassification.Trainers.DenseNet(Named(scales: true)).Fit(missing, saved.Model));
        StringAssert.Contains(exception.Message, "slot 0 at row 7");
    }

    [TestMethod]
    public void AScaledModelIsTrainedOnWithItsScaling()
    {
        var options = new DenseNetBinaryTrainer.Options { HiddenUnits = [8], NumberOfEpochs = 2, Seed = 1 };
        var houses = Houses(0, Rows, isBinary: true, normalizes: false);
        var first = _ml.BinaryClassification.Trainers.DenseNet(options).Fit(houses).Model;
        var second = _ml.BinaryClassification.Trainers.DenseNet(options).Fit(Houses(Rows, 500, isBinary: true, normalizes: false), first).Model;
        CollectionAssert.AreEqual(first.Network.Buffers.ToArray(), second.Network.Buffers.ToArray());
        CollectionAssert.AreNotEqual(first.Network.Parameters.ToArray(), second.Network.Parameters.ToArray());
    }

    [TestMethod]
    public void APredictionCostsWhatItsValuesCost()
    {
        // Written out, 20 000 rows of a million slots would be 80 GB to fill and to read.
        const int Slots = 1_000_000;
        var layout = new NetworkLayout(Layer.Sequential(Layer.Standardize, Layer.EmbeddingBag(4), Layer.ReLU, Layer.Linear(1)), Slots);
        float[] buffers = NetworkInitializer.InitializeBuffers(layout, 1);
        (buffers[0], buffers[Slots]) = (50, 0.1f);
        var network = new TrainedNetwork(layout, NetworkInitializer.Initialize(layout, Initialization.PyTorch, 1), buffers, new TrainingHistory([], 0, StopReason.Completed));
        int[] slots = [0, 77, 500_000, 999_999];
        float[] values = [60, 1, 1, 1], score = new float[1];
        var clock = Stopwatch.StartNew();
        for (int row = 0; row < 20_000; row++)
            network.ComputeOutputsChecked(slots, values, score);
        Console.WriteLine($"{clock.Elapsed.TotalMicroseconds / 20_000:F2} µs a row");
        Assert.IsLessThan(2, clock.Elapsed.TotalSeconds);
    }

    [TestMethod]
    public void ASparsePredictionIsThatOfTheRowWithItsZeros()
    {
        // Slots that are scaled and others, values beyond the limit, and missing ones.
        var layout = new NetworkLayout(Layer.Sequential(Layer.Standardize, Layer.EmbeddingBag(3), Layer.Tanh, Layer.Linear(2)), 70);
        float[] buffers = NetworkInitializer.InitializeBuffers(layout, 1);
        for (int slot = 0; slot < 70; slot += 9)
            (buffers[slot], buffers[70 + slot]) = (slot % 2, slot);
        float[] parameters = NetworkInitializer.Initialize(layout, Initialization.PyTorch, 1);
        foreach (ref float weight in parameters.AsSpan(0, 210))
            weight *= 1e-3f;
        var network = new TrainedNetwork(layout, parameters, buffers, new TrainingHistory([], 0, StopReason.Completed));
        foreach (float value in new[] { 1f, -3, 1e30f, -1e30f, float.NaN, StandardizeLayer.Limit })
        {
            foreach (int slot in new[] { 0, 9, 18, 31, 32, 69 })
            {
                var row = new float[70];
                (row[slot], row[50]) = (value, 2);
                float[] expected = new float[2], actual = new float[2];
                network.ComputeOutputs(row, expected);
                network.ComputeOutputsChecked(slot < 50 ? [slot, 50] : [50, slot], slot < 50 ? [value, 2] : [2, value], actual);
                for (int i = 0; i < 2; i++)
                    Assert.AreEqual(expected[i], actual[i], 1e-5f, $"{value} in slot {slot}");
            }
        }
    }

    private static float[] OnnxScores(ITransformer model, float[][] rows)
    {
        using var file = new MemoryStream();
        ((DenseNetRegressionTransformer)model).SaveAsOnnx(file);
        using var run = new OnnxRun(file.ToArray());
        return run.Run<float>("Score", [.. rows.SelectMany(row => row)], rows.Length);
    }
}
