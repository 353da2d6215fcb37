namespace Microsoft.ML.DenseNet;

/// <summary>
/// Finds the calibration of all networks of a model on the rows that they did not see: lowest log-loss, with the mean probability of each
/// class at its share of the training rows. Averaging probabilities keeps that mean.
/// </summary>
internal static class FoldCalibration
{
    /// <summary>Fits.</summary>
    /// <param name="folds">Networks with the rows that they did not see.</param>
    /// <param name="shares">The share of each class in the training rows, weights included.</param>
    public static Calibration Fit(IReadOnlyList<FoldResult> folds, double[] shares)
    {
        FoldResult[] validated = [.. folds.Where(fold => fold.Validation is not null)];
        float[] labels = [.. validated.SelectMany(fold => fold.Validation!.Labels)];
        double[] weights = [.. validated.SelectMany(fold => fold.Validation!.Weights).Select(weight => (double)weight)];
        Balance(labels, weights, shares);
        var rows = new CalibrationRows(validated is [var only] ? only.Outputs : [.. validated.SelectMany(fold => fold.Outputs)], folds[0].Network.Layout.OutputWidth, labels, weights);
        return CalibrationFit.Run(rows, shares, shifts: true).Best;
    }

    /// <summary>
    /// Scales weights so that each class has its share of the training rows. Without it, validation rows with other shares, such as the same
    /// number of each class, would be mistaken for training rows that look like rare classes.
    /// </summary>
    private static void Balance(float[] labels, double[] weights, double[] shares)
    {
        double[] sums = new double[shares.Length];
        for (int row = 0; row < labels.Length; row++)
            sums[(int)labels[row]] += weights[row];
        for (int row = 0; row < labels.Length; row++)
        {
            int label = (int)labels[row];
            weights[row] = sums[label] > 0 ? weights[row] / sums[label] * shares[label] * labels.Length : 0;
        }
    }
}
