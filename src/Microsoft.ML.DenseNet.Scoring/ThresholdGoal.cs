namespace Microsoft.ML.DenseNet;

/// <summary>What a threshold for PredictedLabel is chosen for; see <see cref="DenseNetThresholdExtensions.ChooseThreshold"/>.</summary>
public sealed class ThresholdGoal
{
    private readonly Func<ThresholdCounts, double?> _value;
    private readonly string _name;

    private ThresholdGoal(string name, Func<ThresholdCounts, double?> value) => (_name, _value) = (name, value);

    /// <summary>The highest F1 score: the harmonic mean of precision and recall of the positive class.</summary>
    public static ThresholdGoal F1 { get; } = new("F1", counts => 2 * counts.TruePositives / ((2 * counts.TruePositives) + counts.FalsePositives + counts.FalseNegatives));

    /// <summary>The highest accuracy.</summary>
    public static ThresholdGoal Accuracy { get; } = new("Accuracy", counts => counts.TruePositives + counts.TrueNegatives);

    /// <summary>The lowest total cost of the mistakes.</summary>
    /// <param name="falsePositive">The cost of a negative row that is predicted as positive, above 0.</param>
    /// <param name="falseNegative">The cost of a positive row that is predicted as negative, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A cost is not a finite number above 0.</exception>
    public static ThresholdGoal LowestCost(double falsePositive, double falseNegative)
    {
        Guard.Positive(falsePositive, nameof(falsePositive));
        Guard.Positive(falseNegative, nameof(falseNegative));
        double higher = Math.Max(falsePositive, falseNegative); // only their ratio matters, and sums of the largest numbers are infinite
        return new(
            FormattableString.Invariant($"LowestCost({falsePositive}, {falseNegative})"),
            counts => -((falsePositive / higher * counts.FalsePositives) + (falseNegative / higher * counts.FalseNegatives)));
    }

    /// <summary>The highest recall among the thresholds with at least a given precision.</summary>
    /// <param name="precision">The least share of positive rows among those predicted as positive, above 0 and at most 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="precision"/> is out of its range.</exception>
    public static ThresholdGoal RecallAtPrecision(double precision)
    {
        Guard.Positive(precision, 1, nameof(precision));
        return new(FormattableString.Invariant($"RecallAtPrecision({precision})"), counts => counts.TruePositives >= precision * counts.PredictedPositives && counts.PredictedPositives > 0 ? counts.TruePositives : null);
    }

    /// <summary>The highest precision among the thresholds with at least a given recall.</summary>
    /// <param name="recall">The least share of the positive rows that are predicted as positive, above 0 and at most 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="recall"/> is out of its range.</exception>
    public static ThresholdGoal PrecisionAtRecall(double recall)
    {
        Guard.Positive(recall, 1, nameof(recall));
        return new(FormattableString.Invariant($"PrecisionAtRecall({recall})"), counts => counts.TruePositives >= recall * counts.Positives ? counts.TruePositives / counts.PredictedPositives : null);
    }

    /// <summary>The goal's name and numbers.</summary>
    public override string ToString() => _name;

    /// <summary>How good some counts are, the higher the better; null if they are not allowed.</summary>
    internal double? Value(ThresholdCounts counts) => _value(counts);
}
