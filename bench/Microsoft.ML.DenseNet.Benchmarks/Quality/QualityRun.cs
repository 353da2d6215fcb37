using System.Diagnostics;
using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>Trains one trainer on one dataset with one seed, and predicts the test rows.</summary>
/// <param name="Predictions">What it predicted.</param>
/// <param name="FitSeconds">How long training took, including preparing the features.</param>
/// <param name="PredictSeconds">How long predicting all test rows took, including preparing the features.</param>
internal sealed record QualityRun(Predictions Predictions, double FitSeconds, double PredictSeconds)
{
    public static QualityRun Execute(Dataset dataset, QualityTrainer trainer, int seed)
    {
        var ml = new MLContext(seed);
        var pipeline = QualityPipeline.Create(ml, dataset.Info, trainer, seed);

        long start = Stopwatch.GetTimestamp();
        var model = pipeline.Fit(dataset.Train.View);
        double fitSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        using var disposable = model as IDisposable;

        start = Stopwatch.GetTimestamp();
        var predictions = Predict(dataset, model);
        return new QualityRun(predictions, fitSeconds, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    public static Predictions Predict(Dataset dataset, ITransformer model)
    {
        var info = dataset.Info;
        var scored = model.Transform(dataset.Test.View);
        var (classes, values) = info.Task switch
        {
            TabularTask.Binary => ([info.PositiveLabel], ReadScalars(scored, ColumnNames.Probability)),
            TabularTask.Multiclass => (KeyNames.Read(scored.Schema[ColumnNames.Label]), ReadVectors(scored, ColumnNames.Score)),
            _ => ((string[])[], ReadScalars(scored, ColumnNames.Score)),
        };
        if (values.Length != dataset.Test.Labels.Count || values.Any(row => row.Length != Math.Max(1, classes.Length)))
            throw new InvalidOperationException($"{info.Name}: there are not as many predictions as rows and classes.");
        return new Predictions(info.Task, dataset.Test.Labels, classes, values);
    }

    private static double[][] ReadScalars(IDataView scored, string column) =>
        [.. scored.GetColumn<float>(column).Select(value => new double[] { value })];

    private static double[][] ReadVectors(IDataView scored, string column) =>
        [.. scored.GetColumn<float[]>(column).Select(values => Array.ConvertAll(values, value => (double)value))];
}
