namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>The metrics of a classifier.</summary>
internal static class ClassificationMetrics
{
    /// <summary>ML.NET's lower bound on probabilities in a logarithm.</summary>
    private const double SmallestProbability = 1e-15;

    /// <summary>The metric that slices are ordered by unless another is named: every slice has it, whatever its classes.</summary>
    public const string DefaultForSlices = "Accuracy";

    public static IReadOnlyList<Metric> Of(ClassificationResults results) => results.IsBinary ? Binary(results) : Multiclass(results);

    private static List<Metric> Binary(ClassificationResults results)
    {
        var ranked = RankedScores.Of(results, 1);
        var counts = new ConfusionCounter(results);
        double share = results.CountOf(1) / (double)results.RowCount;
        double[] squares = [.. Enumerable.Range(0, results.RowCount).Select(row => Math.Pow(results.Probability(row, 1) - results.Labels[row], 2))];
        return
        [
            Accuracy(results),
            BalancedAccuracy(results, counts),
            new("Area under the ROC curve", ranked.AreaUnderRoc, 0.5, true),
            new("Average precision", ranked.AveragePrecision, share, true),
            new("F1 score", weights => F1(counts.Of(weights), 1), null, true),
            new("Precision", weights => Precision(counts.Of(weights), 1), null, true) { CountOf = weights => ColumnSum(counts.Of(weights), 1) },
            new("Recall", weights => Recall(counts.Of(weights), 1), null, true) { CountOf = weights => RowSum(counts.Of(weights), 1) },
            LogLoss(results),
            new("Brier score", weights => Mean(weights, squares), share * (1 - share), false),
        ];
    }

    private static List<Metric> Multiclass(ClassificationResults results)
    {
        int classes = results.ClassNames.Count;
        var counts = new ConfusionCounter(results);
        var ranked = Enumerable.Range(0, classes).Where(number => results.CountOf(number) > 0).Select(number => RankedScores.Of(results, number)).ToList();
        return
        [
            Accuracy(results),
            BalancedAccuracy(results, counts),
            new("Macro F1 score", weights => MeanOverClasses(counts.Of(weights), F1), null, true),
            new("Macro area under the ROC curve", weights => ranked.Select(scores => scores.AreaUnderRoc(weights)).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average(), 0.5, true),
            LogLoss(results),
        ];
    }

    private static Metric Accuracy(ClassificationResults results)
    {
        double[] isRight = [.. Enumerable.Range(0, results.RowCount).Select(row => results.PredictedClass(row) == results.Labels[row] ? 1.0 : 0)];
        return new Metric(DefaultForSlices, weights => Mean(weights, isRight), Shares(results).Max(), true) { CountOf = weights => weights.Length };
    }

    private static Metric BalancedAccuracy(ClassificationResults results, ConfusionCounter counts) =>
        new("Balanced accuracy", weights => MeanOverClasses(counts.Of(weights), Recall), 1.0 / Shares(results).Count(share => share > 0), true);

    private static Metric LogLoss(ClassificationResults results)
    {
        double[] losses = [.. Enumerable.Range(0, results.RowCount).Select(row => -Math.Log(Math.Max(results.Probability(row, results.Labels[row]), SmallestProbability)))];
        double entropy = -Shares(results).Where(share => share > 0).Sum(share => share * Math.Log(share));
        return new Metric("Log loss (nats)", weights => Mean(weights, losses), entropy, false);
    }

    private static double[] Shares(ClassificationResults results) =>
        [.. Enumerable.Range(0, results.ClassNames.Count).Select(number => results.CountOf(number) / (double)results.RowCount)];

    /// <summary>The mean over the classes that rows belong to.</summary>
    private static double MeanOverClasses(double[,] counts, Func<double[,], int, double> measure) =>
        Enumerable.Range(0, counts.GetLength(0)).Where(number => RowSum(counts, number) > 0).Average(number => measure(counts, number));

    private static double Recall(double[,] counts, int number) => counts[number, number] / RowSum(counts, number);

    private static double Precision(double[,] counts, int number) => counts[number, number] / ColumnSum(counts, number);

    private static double F1(double[,] counts, int number) => 2 * counts[number, number] / (RowSum(counts, number) + ColumnSum(counts, number));

    private static double RowSum(double[,] counts, int number) => Enumerable.Range(0, counts.GetLength(1)).Sum(other => counts[number, other]);

    private static double ColumnSum(double[,] counts, int number) => Enumerable.Range(0, counts.GetLength(0)).Sum(other => counts[other, number]);

    private static double Mean(int[] weights, double[] values)
    {
        double sum = 0;
        for (int row = 0; row < weights.Length; row++)
            sum += weights[row] == 0 ? 0 : weights[row] * values[row];
        return sum / weights.Length; // a resample has the same number of rows
    }
}
