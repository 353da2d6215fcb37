using Microsoft.ML.Data;
using Microsoft.ML.DenseNet.Benchmarks.Quality;

namespace Microsoft.ML.DenseNet.Benchmarks.Intervals;

/// <summary>The ways to make intervals that are compared.</summary>
internal static class IntervalMethods
{
    public static IReadOnlyList<IntervalMethod> All { get; } =
    [
        new("densenet", DenseNet),
        new("lightgbm-pair", LightGbmPair),
        new("linear-pair", LinearPair),
        new("label", LabelQuantiles),
    ];

    /// <summary>The default network with intervals; the column of times of a dataset is named or, if it has none, that of its groups.</summary>
    private static Bounds[] DenseNet(MLContext ml, IntervalData data, double[] coverages, int seed)
    {
        var split = Quality.SplitColumns.Of(data.Info);
        var model = ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options
        {
            IntervalCoverages = coverages,
            SamplingKeyColumnName = split.Group is null || split.Time.Count > 0 ? null : ColumnNames.Group,
            TimeColumnName = split.Time.Count == 0 ? null : ColumnNames.Time,
            Seed = seed,
        }).Fit(data.Train);
        var scored = model.Transform(data.Test);
        float[][] lower = [.. scored.GetColumn<float[]>("IntervalLower")], upper = [.. scored.GetColumn<float[]>("IntervalUpper")];
        return [.. coverages.Select((_, i) => new Bounds([.. lower.Select(row => row[i])], [.. upper.Select(row => row[i])]))];
    }

    /// <summary>Two LightGBM models for each coverage, with its objective "quantile" and its defaults.</summary>
    private static Bounds[] LightGbmPair(MLContext ml, IntervalData data, double[] coverages, int seed)
    {
        float[][] features = IntervalData.Features(data.Train), test = IntervalData.Features(data.Test);
        float[] labels = IntervalData.Labels(data.Train);
        return OfQuantiles(coverages, quantile => NativeLightGbm.PredictQuantile(features, labels, test, quantile, seed));
    }

    /// <summary>Two linear models for each coverage, trained by our own quantile loss.</summary>
    private static Bounds[] LinearPair(MLContext ml, IntervalData data, double[] coverages, int seed) => OfQuantiles(coverages, quantile =>
        [.. ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { HiddenUnits = [], Loss = Losses.Quantile(quantile), Schedule = Schedules.FlatCosine, LearningRate = 0.01, Seed = seed })
            .Fit(data.Train).Transform(data.Test).GetColumn<float>(ColumnNames.Score)]);

    /// <summary>The same interval for every row: quantiles of the training labels.</summary>
    private static Bounds[] LabelQuantiles(MLContext ml, IntervalData data, double[] coverages, int seed)
    {
        float[] sorted = [.. IntervalData.Labels(data.Train).Order()];
        int rows = IntervalData.Labels(data.Test).Length;
        return OfQuantiles(coverages, quantile => [.. Enumerable.Repeat(sorted[(int)Math.Round(quantile * (sorted.Length - 1))], rows)]);
    }

    private static Bounds[] OfQuantiles(double[] coverages, Func<double, float[]> predict) =>
        [.. coverages.Select(coverage => new Bounds(predict((1 - coverage) / 2), predict((1 + coverage) / 2)))];
}
