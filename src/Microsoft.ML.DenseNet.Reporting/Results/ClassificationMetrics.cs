namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>The measures of a classifier.</summary>
internal static class ClassificationMetrics
{
    /// <summary>ML.NET's bound on probabilities in a logarithm.</summary>
    private const double SmallestProbability = 1e-15;

    public static IReadOnlyList<Metric> Of(ClassificationResults results) => results.IsBinary ? Binary(results) : Multiclass(results);

    private static List<Metric> Binary(ClassificationResults results)
    {
        var ranked = RankedScores.Of(results, 1);
        double share = results.CountOf(1) / (double)results.RowCount;
        return
        [
            Accuracy(results),
            BalancedAccuracy(results),
            new("Area under the ROC curve", ranked.AreaUnderRoc, 0.5, true),
            new("Average precision", ranked.AveragePrecision, share, true),
            new("F1 score", weights => F1(Counts(results, weights), 1), null, true),
            new("Precision", weights => Precision(Counts(results, weights), 1), null, true),
            new("Recall", weights => Recall(Counts(results, weights), 1), null, true),
            LogLoss(results),
            new("Brier score", weights => Mean(weights, row => Square(results.Probability(row, 1) - results.Labels[row])), share * (1 - share), false),
        ];
    }

    private static List<Metric> Multiclass(ClassificationResults results)
    {
        int classes = results.ClassNames.Count;
        var ranked = Enumerable.Range(0, classes).Select(number => RankedScores.Of(results, number)).ToList();
        return
        [
            Accuracy(results),
            BalancedAccuracy(results),
            new("Macro F1 score", weights => MeanOverClasses(results, weights, F1), null, true),
            new("Macro area under the ROC curve", weights => ranked.Select(scores => scores.AreaUnderRoc(weights)).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average(), 0.5, true),
            LogLoss(results),
        ];
    }

    private static Metric Accuracy(ClassificationResults results)
    {
        bool[] isRight = [.. Enumerable.Range(0, results.RowCount).Select(row => results.PredictedClass(row) == results.Labels[row])];
        double largest = Shares(results).Max();
        return new Metric("Accuracy", weights => Mean(weights, row => isRight[row] ? 1 : 0), largest, true);
    }

    private static Metric BalancedAccuracy(ClassificationResults results) =>
        new("Balanced accuracy", weights => MeanOverClasses(results, weights, Recall), 1.0 / Shares(results).Count(share => share > 0), true);

    private static Metric LogLoss(ClassificationResults results)
    {
        double[] losses = [.. Enumerable.Range(0, results.RowCount).Select(row => -Math.Log(Math.Max(results.Probability(row, results.Labels[row]), SmallestProbability)))];
        double entropy = -Shares(results).Where(share => share > 0).Sum(share => share * Math.Log(share));
        return new Metric("Log loss (nats)", weights => Mean(weights, row => losses[row]), entropy, false);
    }

    private static double[] Shares(ClassificationResults results) =>
        [.. Enumerable.Range(0, results.ClassNames.Count).Select(number => results.CountOf(number) / (double)results.RowCount)];

    /// <summary>[true class, predicted class].</summary>
    private static double[,] Counts(ClassificationResults results, int[] weights)
    {
        double[,] counts = new double[results.ClassNames.Count, results.ClassNames.Count];
        for (int row = 0; row < weights.Length; row++)
        {
            if (weights[row] > 0)
                counts[results.Labels[row], results.PredictedClass(row)] += weights[row];
        }

        return counts;
    }

    /// <summary>Over the classes that rows belong to.</summary>
    private static double MeanOverClasses(ClassificationResults results, int[] weights, Func<double[,], int, double> measure)
    {
        double[,] counts = Counts(results, weights);
        return Enumerable.Range(0, counts.GetLength(0)).Where(number => RowSum(counts, number) > 0).Average(number => measure(counts, number));
    }

    private static double Recall(double[,] counts, int number) => counts[number, number] / RowSum(counts, number);

    private static double Precision(double[,] counts, int number) => counts[number, number] / ColumnSum(counts, number);

    private static double F1(double[,] counts, int number) => 2 * counts[number, number] / (RowSum(counts, number) + ColumnSum(counts, number));

    private static double RowSum(double[,] counts, int number) => Enumerable.Range(0, counts.GetLength(1)).Sum(other => counts[number, other]);

    private static double ColumnSum(double[,] counts, int number) => Enumerable.Range(0, counts.GetLength(0)).Sum(other => counts[other, number]);

    private static double Square(double value) => value * value;

    private static double Mean(int[] weights, Func<int, double> value)
    {
        double sum = 0;
        for (int row = 0; row < weights.Length; row++)
        {
            if (weights[row] > 0)
                sum += weights[row] * value(row);
        }

        return sum / weights.Length; // as many rows are drawn as there are
    }
}
