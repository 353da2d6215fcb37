namespace Microsoft.ML.DenseNet.Reporting.Tests;

/// <summary>Things to draw, the hard cases among them.</summary>
internal static class Samples
{
    public const string LongName = "an exceedingly long name, as it comes out of a spreadsheet's merged header cells (in millimetres per square foot)";

    /// <summary>Scripts that the embedded font has and that it lacks, and pictographs.</summary>
    public static IReadOnlyList<string> WorldNames { get; } = ["中文类别名称", "Кириллица", "فئة عربية", "emoji 😀🌼", "<b>&amp;</b>", "Ελληνικά"];

    public static TrainingHistory History(int epochs, bool validation = true, int networks = 1) => new(
        Enumerable.Range(1, epochs).Select(epoch => new EpochRecord(
            epoch,
            0.05 + 0.6 * Math.Exp(-5.0 * epoch / epochs) + 0.01 * Math.Sin(epoch),
            validation ? 0.1 + 0.6 * Math.Exp(-4.0 * epoch / epochs) + 0.02 * Math.Cos(epoch) : null,
            0.001 / epoch,
            0.4,
            0.02 * epoch)),
        (epochs * 3 + 3) / 4,
        StopReason.Completed,
        networks);

    /// <summary>Results of a classifier that is right more often than not.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="empty">A class without rows.</param>
    /// <param name="equal">Whether all predictions are equal.</param>
    /// <param name="longNames">Whether the classes have long names.</param>
    /// <param name="names">The classes' names; null for plain ones.</param>
    public static ClassificationResults Classification(int classes, int? empty = null, bool equal = false, bool longNames = false, IReadOnlyList<string>? names = null)
    {
        var random = new Random(classes);
        var labels = new List<int>();
        var probabilities = new List<float[]>();
        for (int i = 0; i < 40 * classes; i++)
        {
            int label = i % classes;
            if (label == empty)
                continue;
            double[] weights = [.. Enumerable.Range(0, classes).Select(number => equal ? 1 : Math.Exp((number == label ? 1.5 : 0) + 2.5 * random.NextDouble()))];
            labels.Add(label);
            probabilities.Add([.. weights.Select(weight => (float)(weight / weights.Sum()))]);
        }

        return new ClassificationResults([.. Enumerable.Range(0, classes).Select(number => names is not null ? names[number] : longNames ? $"{number}: {LongName}" : $"class {number}")], labels, probabilities);
    }

    public static RegressionResults Regression(bool equal = false)
    {
        var random = new Random(4);
        float[] labels = [.. Enumerable.Range(0, 300).Select(_ => 50 * random.NextSingle())];
        return new RegressionResults(labels, [.. labels.Select(label => equal ? 25 : 0.9f * label + 5 * random.NextSingle())]);
    }

    public static IEnumerable<FeatureImportance> Importance(int features, bool longNames = false) =>
        Enumerable.Range(1, features).Select(i => new FeatureImportance(longNames ? $"{i}: {LongName}" : $"feature {i}", 0.3 / i - 0.01, 0.004));

    /// <summary>Features that moved less and less, in rows without noise, and the prediction.</summary>
    public static DriftReport Drift(int features, bool longNames = false, int rows = 600)
    {
        var random = new Random(4);
        var layout = new NetworkLayout(Layer.Linear(1), features);
        var signature = new NetworkSignature(LearningTask.Regression) { FeatureNames = [.. Enumerable.Range(1, features).Select(i => longNames ? $"{i}: {LongName}" : $"feature {i}")] };
        var network = new TrainedNetwork(layout, [.. Enumerable.Repeat(1f, layout.ParameterCount)], [], new TrainingHistory([], 0, StopReason.Completed), signature);
        float[] Values(int count, Func<int, double> shift) => [.. Enumerable.Range(0, count * features).Select(i => (float)(random.NextDouble() + random.NextDouble() + shift(i % features)))];
        network = network.WithStatistics(network.ComputeStatistics(Values(2000, _ => 0), 2000));
        return network.Check(Values(rows, feature => feature < 20 ? 0.9 / (1 + feature) : 0), rows);
    }

    public static Layer Deep(int layers) => Layer.Sequential([.. Enumerable.Range(0, layers).SelectMany(_ => new[] { Layer.Linear(128), Layer.ReLU }), Layer.Linear(1)]);

    /// <summary>Paths that all differ, more than fit side by side.</summary>
    public static Layer Branches { get; } = Layer.Sum(Enumerable.Range(1, 8).Select(i => Layer.Sequential(Layer.Linear(8 * i), Layer.ReLU, Layer.Linear(16))));

    /// <summary>Paths within paths within paths.</summary>
    public static Layer Nested { get; } = Layer.Concat(
        Layer.Sequential(Layer.Linear(8), Layer.Sum(Layer.ReLU, Layer.Tanh, Layer.Sequential(Layer.Linear(8), Layer.Residual(Layer.Sequential(Layer.Linear(8), Layer.GELU))))),
        Layer.Sequential(Layer.Linear(16), Layer.BatchNorm(), Layer.ReLU, Layer.Dropout(0.2f)),
        Layer.Identity);

    public static Layer Parallel { get; } = Layer.Sequential(
        Layer.Standardize,
        Layer.Linear(64),
        Layer.Sum(Layer.ReLU, Layer.Tanh, Layer.Identity),
        Layer.Concat(Layer.Identity, Layer.Sequential(Layer.Linear(16), Layer.BatchNorm(), Layer.GELU, Layer.Dropout(0.2f)), Layer.Linear(8)),
        Layer.Residual(Layer.Sequential(Layer.Linear(88), Layer.ReLU)),
        Layer.Linear(30));
}
