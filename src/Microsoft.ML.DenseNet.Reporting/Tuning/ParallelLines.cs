namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>What a picture in parallel coordinates shows: its axes, and where each trial crosses them.</summary>
internal sealed class ParallelLines
{
    /// <summary>How many lines are drawn; more would only cover each other.</summary>
    private const int MaximumLines = 300;

    private const int Fifths = 5;

    private readonly DenseNetTuningResult _tuning;
    private readonly MetricAxis _metric;
    private readonly TuningAxis[] _axes;

    /// <param name="tuning">The tuning.</param>
    /// <param name="parameters">The parameters to show.</param>
    public ParallelLines(DenseNetTuningResult tuning, IReadOnlyList<TuningParameter> parameters)
    {
        _tuning = tuning;
        Parameters = parameters;
        _axes = [.. parameters.Select(parameter => new TuningAxis(parameter))];
        _metric = new MetricAxis(tuning.Metric, tuning.Trials.Where(trial => trial.Networks > 0).Select(trial => trial.Metric));
        TuningTrial[] ranked = [.. TrialRanking.Of(tuning.Metric, tuning.Trials)];
        int withMetric = ranked.Count(trial => trial.Networks > 0);

        // The worst are drawn first, the best last.
        Lines = [.. Decimation.Spread(ranked.Length, MaximumLines).Select(place => (ranked[place], ranked[place].Networks == 0 ? Fifths : place * Fifths / withMetric)).Where(line => line.Item1 != tuning.Best).Reverse(), (tuning.Best, 0)];
    }

    /// <summary>The names of the groups.</summary>
    public static IReadOnlyList<string> Names { get; } = ["best fifth", "second fifth", "middle fifth", "fourth fifth", "last fifth", "failed"];

    public IReadOnlyList<TuningParameter> Parameters { get; }

    /// <summary>The trials with their groups, in the order of drawing; the best trial is the last.</summary>
    public IReadOnlyList<(TuningTrial Trial, int Group)> Lines { get; }

    /// <summary>The groups that occur.</summary>
    public IEnumerable<int> Groups => Lines.Select(line => line.Group).Distinct().Order();

    /// <summary>The number of axes: one for each parameter, and one for the metric.</summary>
    public int AxisCount => _axes.Length + 1;

    /// <summary>An axis's name.</summary>
    public string NameOf(int axis) => axis < _axes.Length ? Parameters[axis].Name : MetricAxis.NameOf(_tuning.Metric);

    /// <summary>An axis's labels, with their places from 0 to 1.</summary>
    public IReadOnlyList<(double Place, string Label)> LabelsOf(int axis, int count) => axis < _axes.Length
        ? _axes[axis].Labels(count)
        : [.. _metric.Scale.Ticks(count).Select(tick => (OnMetric(tick.Place), tick.Label))];

    /// <summary>Where a trial crosses an axis, from 0 to 1; null if it does not.</summary>
    public double? PlaceOf(TuningTrial trial, int axis) => axis < _axes.Length ? _axes[axis].PlaceOf(trial)
        : trial.Networks == 0 ? null
        : OnMetric(_metric.Place(trial.Metric));

    /// <summary>A trial, for the reader who points at it.</summary>
    public string TextOf(TuningTrial trial) =>
        TuningSummary.Of(trial, _tuning.Metric) + string.Concat(Parameters.Where(parameter => trial.Values.ByName.ContainsKey(parameter.Name)).Select(parameter => $"\n{parameter.Name} {TuningAxis.TextOf(trial.Values.ByName[parameter.Name])}"));

    private double OnMetric(double value) => (value - _metric.Scale.Start) / (_metric.Scale.End - _metric.Scale.Start);
}
