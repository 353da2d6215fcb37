using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.DenseNet.Benchmarks.Quality;

namespace Microsoft.ML.DenseNet.Benchmarks.Encodings;

/// <summary>Compares count and target encoding with one-hot slots for ML.NET's trainers: means of three seeds on the test rows.</summary>
internal sealed class EncodingsVerb : IVerb
{
    private const int Seeds = 3;

    private static readonly QualityTrainer[] Trainers = [new LightGbmQualityTrainer(), new LinearQualityTrainer()];

    public string Usage => "encodings --data <folder> [--datasets <a,b>]: LightGbm and a linear trainer after one-hot, count and target encoding";

    public int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "--data", "--datasets");
        if (!options.TryGetValue("--data", out string? folder))
            throw new UsageException("'--data' is missing.");
        string[] names = options.GetValueOrDefault("--datasets", "adult,resume_names,wine").Split(',');
        Console.WriteLine("dataset,trainer,encoding,metric,mean,min,max,fit_seconds");
        foreach (string name in names)
        {
            var dataset = Dataset.Read(folder, Manifest.Read(folder).Single(info => info.Name == name));
            if (dataset.Info.Task == TabularTask.Multiclass)
                throw new UsageException($"'{name}' has more than two classes.");
            foreach (var trainer in Trainers)
            {
                foreach (string encodings in EncodingPipeline.Names)
                    Measure(dataset, trainer, encodings);
            }
        }

        return 0;
    }

    private static void Measure(Dataset dataset, QualityTrainer trainer, string encodings)
    {
        var metrics = new List<MetricValue>();
        long start = Stopwatch.GetTimestamp();
        for (int seed = 1; seed <= Seeds; seed++)
        {
            var model = EncodingPipeline.Create(new MLContext(seed), dataset.Info, trainer, seed, encodings).Fit(dataset.Train.View);
            metrics.AddRange(QualityMetrics.Measure(QualityRun.Predict(dataset, model)));
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds / Seeds;
        string[] wanted = dataset.Info.Task == TabularTask.Binary ? [MetricNames.LogLoss, MetricNames.Auc] : [MetricNames.RootMeanSquaredError, MetricNames.RSquared];
        foreach (string metric in wanted)
        {
            double[] values = [.. metrics.Where(value => value.Metric == metric).Select(value => value.Value)];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{dataset.Info.Name},{trainer.Name},{encodings},{metric},{values.Average():F4},{values.Min():F4},{values.Max():F4},{seconds:F2}"));
        }
    }
}
