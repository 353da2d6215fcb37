using System.Diagnostics.Metrics;

namespace WebApi.Models;

/// <summary>What the service measures in addition to ASP.NET Core's and .NET's own metrics.</summary>
internal sealed class ModelMetrics
{
    /// <summary>The meter's name, which an exporter asks for.</summary>
    public const string MeterName = "WebApi";

    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 1e-1, 1] };
    private static readonly InstrumentAdvice<int> Rows = new() { HistogramBucketBoundaries = [1, 10, 100, 1000, 10_000, 100_000] };

    private readonly Counter<long> _predictions;
    private readonly Histogram<double> _duration;
    private readonly Histogram<int> _rows;
    private readonly Counter<long> _reloads;
    private readonly Counter<long> _reloadFailures;

    public ModelMetrics(IMeterFactory factory, IEnumerable<IServedModel> models)
    {
        var meter = factory.Create(MeterName);
        _predictions = meter.CreateCounter<long>("webapi.predictions", "{row}", "Rows predicted.");
        _duration = meter.CreateHistogram("webapi.prediction.duration", "s", "Time in the model for one request.", advice: Seconds);
        _rows = meter.CreateHistogram("webapi.request.rows", "{row}", "Rows of one request.", advice: Rows);
        _reloads = meter.CreateCounter<long>("webapi.model.reloads", "{file}", "Model files that were loaded and served.");
        _reloadFailures = meter.CreateCounter<long>("webapi.model.reload.failures", "{file}", "Model files that could not be served.");
        meter.CreateObservableGauge("webapi.model.info", () => models.Where(model => model.Version is not null)
            .Select(model => new Measurement<int>(1, Tag(model.Name), new("version", model.Version))), description: "1 for the version that is served.");
        meter.CreateObservableGauge("webapi.model.versions", () => models
            .Select(model => new Measurement<int>(model.VersionsInMemory, Tag(model.Name))), "{version}", "Versions in memory, with old ones that are not collected yet.");
    }

    public void CountPrediction(string model, int rows, TimeSpan duration)
    {
        var tag = Tag(model);
        _predictions.Add(rows, tag);
        _rows.Record(rows, tag);
        _duration.Record(duration.TotalSeconds, tag);
    }

    public void CountReload(string model) => _reloads.Add(1, Tag(model));

    public void CountReloadFailure(string model) => _reloadFailures.Add(1, Tag(model));

    private static KeyValuePair<string, object?> Tag(string model) => new("model", model);
}
