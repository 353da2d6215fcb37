using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.DenseNet.Benchmarks.Quality;

namespace Microsoft.ML.DenseNet.Benchmarks.Training;

/// <summary>The time until the default network's log-loss on the test file matches LightGbm's, compared with LightGbm's own training time.</summary>
internal static class TimeToLoss
{
    /// <summary>Prints the table; returns it as CSV lines.</summary>
    /// <param name="folder">A folder with a manifest, in the form that the quality benchmark reads.</param>
    public static IEnumerable<string> Print(string folder)
    {
        yield return "time_to_loss,dataset,lightgbm_log_loss,lightgbm_seconds,densenet_seconds,densenet_best";
        Console.WriteLine();
        Console.WriteLine("| dataset | LightGbm log-loss | LightGbm, s | one DenseNet network reaches it after, s | its best, uncalibrated |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var info in Manifest.Read(folder).Where(info => info.Task == TabularTask.Binary))
        {
            var dataset = Dataset.Read(folder, info);
            var ml = new MLContext(1);
            var tree = QualityRun.Execute(dataset, new LightGbmQualityTrainer(), 1);
            double target = QualityMetrics.Measure(tree.Predictions).First(metric => metric.Metric == MetricNames.LogLoss).Value;

            var features = QualityPipeline.Features(ml, info).Fit(dataset.Train.View);
            double? reached = null;
            double best = double.PositiveInfinity;
            var clock = Stopwatch.StartNew();
            var trainer = ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options
            {
                Seed = 1,
                Defaults = DenseNetDefaults.For(LearningTask.BinaryClassification) with { Calibrate = false },
                Progress = progress =>
                {
                    best = Math.Min(best, progress.Latest!.ValidationLoss!.Value);
                    if (best <= target)
                        reached ??= clock.Elapsed.TotalSeconds;
                },
            });
            trainer.Fit(features.Transform(dataset.Train.View), features.Transform(dataset.Test.View));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {info.Name} | {target:F4} | {tree.FitSeconds:F2} | {(reached is null ? "not" : reached.Value.ToString("F2", CultureInfo.InvariantCulture))} | {best:F4} |"));
            yield return string.Create(CultureInfo.InvariantCulture, $"time_to_loss,{info.Name},{target:R},{tree.FitSeconds:R},{reached},{best:R}");
        }
    }
}
