namespace Microsoft.ML.DenseNet;

/// <summary>Computes a <see cref="TuningMetric"/>.</summary>
internal static class HeldOutScore
{
    /// <summary>A lower probability of the true class counts as this.</summary>
    private const double LeastProbability = 1e-15;

    /// <summary>The metric of a task, unless another is asked for.</summary>
    public static TuningMetric DefaultOf(LearningTask task) => task == LearningTask.Regression ? TuningMetric.RootMeanSquaredError : TuningMetric.LogLoss;

    /// <summary>Whether a metric can be computed for a task.</summary>
    public static bool Fits(TuningMetric metric, LearningTask task) => metric switch
    {
        TuningMetric.LogLoss or TuningMetric.Accuracy => task != LearningTask.Regression,
        TuningMetric.AreaUnderRocCurve => task == LearningTask.BinaryClassification,
        _ => task == LearningTask.Regression,
    };

    /// <summary>Returns the metric as something to minimize: with the opposite sign if higher is better.</summary>
    public static double ToLoss(TuningMetric metric, double value) => metric is TuningMetric.Accuracy or TuningMetric.AreaUnderRocCurve ? -value : value;

    /// <summary>Computes the metric.</summary>
    /// <param name="metric">Which.</param>
    /// <param name="predictions">Predictions as in <see cref="TrialPredictions.Predictions"/>.</param>
    /// <param name="rows">The rows' labels and weights.</param>
    public static double Of(TuningMetric metric, ReadOnlySpan<float> predictions, TrialPredictions rows)
    {
        if (metric == TuningMetric.AreaUnderRocCurve)
            return AreaUnderRocCurve(predictions.ToArray(), rows.Labels, rows.Weights);
        double sum = 0, weights = 0;
        for (int row = 0; row < rows.Count; row++)
        {
            var prediction = predictions.Slice(row * rows.Width, rows.Width);
            sum += rows.Weights[row] * OfRow(metric, prediction, rows.Labels[row]);
            weights += rows.Weights[row];
        }

        return metric == TuningMetric.RootMeanSquaredError ? Math.Sqrt(sum / weights) : sum / weights;
    }

    private static double OfRow(TuningMetric metric, ReadOnlySpan<float> prediction, float label) => metric switch
    {
        TuningMetric.LogLoss => -Math.Log(Math.Max(prediction.Length == 1 ? label > 0 ? prediction[0] : 1.0 - prediction[0] : prediction[(int)label], LeastProbability)),
        TuningMetric.Accuracy => (prediction.Length == 1 ? prediction[0] > 0.5f == label > 0 : OutputFunctions.IndexOfLargest(prediction) == (int)label) ? 1 : 0,
        TuningMetric.MeanAbsoluteError => Math.Abs((double)prediction[0] - label),
        _ => ((double)prediction[0] - label) * ((double)prediction[0] - label),
    };

    /// <summary>The share, by weight, of pairs of a positive and a negative row that are ranked right; a tie counts half. One half if there are no pairs.</summary>
    private static double AreaUnderRocCurve(float[] scores, float[] labels, float[] weights)
    {
        int[] order = [.. Enumerable.Range(0, labels.Length)];
        Array.Sort((float[])scores.Clone(), order);
        double negativesBelow = 0, pairs = 0, positives = 0, negatives = 0;
        for (int start = 0, end; start < order.Length; start = end)
        {
            double tiedPositives = 0, tiedNegatives = 0;
            for (end = start; end < order.Length && scores[order[end]] == scores[order[start]]; end++)
            {
                if (labels[order[end]] > 0)
                    tiedPositives += weights[order[end]];
                else
                    tiedNegatives += weights[order[end]];
            }

            pairs += tiedPositives * (negativesBelow + (tiedNegatives / 2));
            negativesBelow += tiedNegatives;
            positives += tiedPositives;
            negatives += tiedNegatives;
        }

        return positives == 0 || negatives == 0 ? 0.5 : pairs / (positives * negatives);
    }
}
