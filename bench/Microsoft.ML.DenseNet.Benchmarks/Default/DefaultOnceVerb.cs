using System.Diagnostics;
using Microsoft.ML.Data;
using Microsoft.ML.DenseNet.Benchmarks.Prediction;
using Microsoft.ML.DenseNet.Benchmarks.Quality;

namespace Microsoft.ML.DenseNet.Benchmarks.Default;

/// <summary>Measures one trainer on one dataset; <see cref="DefaultVerb"/> starts this as a new process, so that memory is this trainer's alone.</summary>
internal sealed class DefaultOnceVerb : IVerb
{
    private const double Megabyte = 1 << 20;

    public string Usage => "default-once <data folder> <dataset> <trainer> <seed>: what the verb default runs in each of its processes";

    public int Run(string[] args)
    {
        if (args is not [var data, var name, var trainer, var seed])
            throw new UsageException("A folder, a dataset, a trainer and a seed are needed.");
        var dataset = SyntheticTable.Is(name) ? SyntheticTable.Create(name) : Dataset.Read(data, Manifest.Read(data).Single(info => info.Name == name));
        Console.WriteLine(Measure(dataset, QualityTrainers.All.Single(candidate => candidate.Name == trainer), int.Parse(seed, System.Globalization.CultureInfo.InvariantCulture)).Print());
        return 0;
    }

    private static DefaultMeasurement Measure(Dataset dataset, QualityTrainer trainer, int seed)
    {
        var ml = new MLContext(seed);
        Warm(trainer, dataset.Info.Task);
        var pipeline = QualityPipeline.Create(ml, dataset.Info, trainer, seed);
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        double before = process.WorkingSet64;

        var clock = Stopwatch.StartNew();
        var model = pipeline.Fit(dataset.Train.View);
        double fit = clock.Elapsed.TotalSeconds;
        process.Refresh();
        double peak = process.PeakWorkingSet64 - before;

        var predictor = ((IEnumerable<ITransformer>)model).Last();
        var (rows, width) = Prepared(model, predictor, dataset.Test.View);
        var (oneRow, bulkRow) = dataset.Info.Task == TabularTask.Multiclass
            ? Time<ClassPrediction, VBuffer<float>>(ml, predictor, rows, width)
            : Time<NumberPrediction, float>(ml, predictor, rows, width);

        string file = Path.GetTempFileName();
        ml.Model.Save(model, dataset.Train.View.Schema, file);
        double kilobytes = new FileInfo(file).Length / 1024.0;
        double load = Turns.MedianOfSingleCalls(5, () => ml.Model.Load(file, out _))[0];
        File.Delete(file);

        var metrics = QualityMetrics.Measure(QualityRun.Predict(dataset, model));
        double primary = metrics[0].Value;
        double error = dataset.Info.Task == TabularTask.Regression ? primary : 1 - primary;
        double logLoss = dataset.Info.Task == TabularTask.Regression ? double.NaN : metrics.Single(metric => metric.Metric == MetricNames.LogLoss).Value;
        return new DefaultMeasurement(fit, oneRow * 1e6, bulkRow * 1e6, kilobytes, load * 1e3, peak / Megabyte, error, logLoss);
    }

    /// <summary>Trains on a few rows, so that loading libraries and compiling code do not count.</summary>
    private static void Warm(QualityTrainer trainer, TabularTask task)
    {
        var dataset = SyntheticTable.Create("synthetic-200x4", task);
        QualityPipeline.Create(new MLContext(1), dataset.Info, trainer, 1).Fit(dataset.Train.View);
    }

    /// <summary>The features of the test rows, as the pipeline prepares them.</summary>
    private static (FeatureRow[] Rows, int Width) Prepared(ITransformer model, ITransformer predictor, IDataView test)
    {
        var data = test;
        foreach (var step in ((IEnumerable<ITransformer>)model).TakeWhile(step => step != predictor))
            data = step.Transform(data);
        FeatureRow[] rows = [.. data.GetColumn<VBuffer<float>>(ColumnNames.Features).Select(features => new FeatureRow { Features = [.. features.DenseValues()] })];
        return (rows, rows[0].Features.Length);
    }

    private static (double OneRow, double BulkRow) Time<TPrediction, TScore>(MLContext ml, ITransformer predictor, FeatureRow[] rows, int width)
        where TPrediction : class, new()
    {
        const int BulkRows = 20_000;
        var schema = FeatureRow.Schema(width);
        using var engine = ml.Model.CreatePredictionEngine<FeatureRow, TPrediction>(predictor, inputSchemaDefinition: schema);
        var prediction = new TPrediction();
        int next = 0;
        double oneRow = Turns.Median(() =>
        {
            engine.Predict(rows[next], ref prediction); // another row each time, as in use
            next = (next + 1) % rows.Length;
        })[0];

        var data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, BulkRows).Select(i => rows[i % rows.Length]), schema);
        double bulk = Turns.MedianOfSingleCalls(3, () =>
        {
            var scored = predictor.Transform(data);
            using var cursor = scored.GetRowCursor([scored.Schema[ColumnNames.Score]]);
            var read = cursor.GetGetter<TScore>(scored.Schema[ColumnNames.Score]);
            TScore score = default!;
            while (cursor.MoveNext())
                read(ref score);
        })[0];
        return (oneRow, bulk / BulkRows);
    }
}
