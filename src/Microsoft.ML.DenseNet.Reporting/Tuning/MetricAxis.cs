namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>The axis of a tuning's metric. Trials that are far worse than most are at its edge, or the others could not be told apart.</summary>
internal sealed class MetricAxis
{
    /// <summary>How far the axis reaches from the best value, as a multiple of the distance between the best and the worst of the better three quarters.</summary>
    private const double Reach = 3;

    private readonly TuningMetric _metric;
    private readonly double _worstLoss;

    /// <param name="metric">The metric.</param>
    /// <param name="values">Its values, all finite.</param>
    public MetricAxis(TuningMetric metric, IEnumerable<double> values)
    {
        _metric = metric;
        double[] losses = [.. values.Select(value => HeldOutScore.ToLoss(metric, value)).Order()];
        if (losses.Length == 0)
            losses = [0];
        double middle = losses[(losses.Length - 1) * 3 / 4], limit = losses[0] + (Reach * (middle - losses[0]));
        _worstLoss = middle > losses[0] ? losses.Last(loss => loss <= limit) : losses[^1];
        Scale = LinearScale.Of([HeldOutScore.ToLoss(metric, losses[0]), Worst]);
    }

    /// <summary>The metric's name, with what is better.</summary>
    public string Title => $"{NameOf(_metric)} ({(IsHigherBetter(_metric) ? "higher" : "lower")} is better)";

    public LinearScale Scale { get; }

    /// <summary>The worst value on the axis.</summary>
    public double Worst => HeldOutScore.ToLoss(_metric, _worstLoss);

    /// <summary>Whether a value is beyond the axis.</summary>
    public bool IsBeyond(double value) => HeldOutScore.ToLoss(_metric, value) > _worstLoss;

    /// <summary>The value, or the axis's edge if it is beyond.</summary>
    public double Place(double value) => IsBeyond(value) ? Edge : value;

    /// <summary>A place just beyond the worst value on the axis.</summary>
    public double Edge => IsHigherBetter(_metric) ? (Worst + Scale.Start) / 2 : (Worst + Scale.End) / 2;

    public static bool IsHigherBetter(TuningMetric metric) => HeldOutScore.ToLoss(metric, 1) < 0;

    public static string NameOf(TuningMetric metric) => metric switch
    {
        TuningMetric.LogLoss => "Log loss",
        TuningMetric.Accuracy => "Accuracy",
        TuningMetric.AreaUnderRocCurve => "Area under the ROC curve",
        TuningMetric.RootMeanSquaredError => "Root mean squared error",
        _ => "Mean absolute error",
    };
}
