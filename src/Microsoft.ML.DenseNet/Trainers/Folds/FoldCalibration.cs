namespace Microsoft.ML.DenseNet;

/// <summary>Finds one factor on the outputs of all networks of a model that calibrates its probabilities; see <see cref="Calibration"/>.</summary>
internal static class FoldCalibration
{
    /// <summary>Returns the factor with the lowest log-loss on rows that the networks did not see.</summary>
    /// <param name="folds">Networks with the rows they did not see.</param>
    public static double Fit(IReadOnlyList<FoldResult> folds) =>
        Calibration.Best(factor => LogLoss(folds, factor), folds.Sum(fold => fold.Validation?.Count ?? 0)).Factor;

    /// <summary>Returns the mean log-loss of the rows with the outputs multiplied by a factor.</summary>
    public static double LogLoss(IReadOnlyList<FoldResult> folds, double factor)
    {
        double total = 0, weights = 0;
        foreach (var fold in folds.Where(fold => fold.Validation is not null))
        {
            int outputs = fold.Network.Layout.OutputWidth;
            int row = 0;
            foreach (var block in fold.Validation!.Blocks)
            {
                for (int i = 0; i < block.Rows; i++, row++)
                {
                    double weight = fold.Validation.HasWeights ? block.Weights.Span[i] : 1;
                    weights += weight;
                    total += weight * RowLoss(fold.Outputs.AsSpan(row * outputs, outputs), block.Labels.Span[i], factor);
                }
            }
        }

        return total / weights;
    }

    private static double RowLoss(ReadOnlySpan<float> outputs, float label, double factor)
    {
        if (outputs.Length == 1)
        {
            double margin = factor * (label > 0 ? outputs[0] : -outputs[0]);
            return Math.Max(-margin, 0) + Math.Log(1 + Math.Exp(-Math.Abs(margin)));
        }

        double largest = double.NegativeInfinity;
        foreach (float output in outputs)
            largest = Math.Max(largest, factor * output);
        double sum = 0;
        foreach (float output in outputs)
            sum += Math.Exp((factor * output) - largest);
        return largest + Math.Log(sum) - (factor * outputs[(int)label]);
    }
}
