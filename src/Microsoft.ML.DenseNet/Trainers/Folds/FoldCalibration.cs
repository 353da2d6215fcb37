namespace Microsoft.ML.DenseNet;

/// <summary>Finds one factor on the outputs of all networks of a model that calibrates its probabilities; see <see cref="Calibration"/>.</summary>
internal static class FoldCalibration
{
    /// <summary>Returns the factor with the lowest log-loss on rows that the networks did not see.</summary>
    /// <param name="folds">Networks with the rows they did not see.</param>
    public static double Fit(IReadOnlyList<FoldResult> folds) =>
        Calibration.Best(factor => LogLoss(folds, factor), folds.Sum(fold => fold.Validation?.Count ?? 0)).Factor;

    /// <summary>Returns the mean log-loss of the rows that the networks did not see, with the outputs multiplied by a factor.</summary>
    public static double LogLoss(IReadOnlyList<FoldResult> folds, double factor) => Error(folds, isRegression: false, factor);

    /// <summary>Returns the same, or of numbers the root of the mean squared error.</summary>
    public static double Error(IReadOnlyList<FoldResult> folds, bool isRegression, double factor)
    {
        var error = new PredictionError(isRegression);
        foreach (var fold in folds.Where(fold => fold.Validation is not null))
        {
            int outputs = fold.Network.Layout.OutputWidth;
            int row = 0;
            foreach (var block in fold.Validation!.Blocks)
            {
                for (int i = 0; i < block.Rows; i++, row++)
                    error.Add(fold.Outputs.AsSpan(row * outputs, outputs), block.Labels.Span[i], fold.Validation.HasWeights ? block.Weights.Span[i] : 1, factor);
            }
        }

        return error.Value;
    }
}
