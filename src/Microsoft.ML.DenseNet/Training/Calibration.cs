namespace Microsoft.ML.DenseNet;

/// <summary>
/// The factor on a classifier's outputs that makes its loss the least: temperature scaling (Guo et al. 2017), here in doubt of factors
/// that few rows ask for.
/// </summary>
internal static class Calibration
{
    /// <summary>The range in which the factor is looked for.</summary>
    public const double Minimum = 0.1, Maximum = 10;

    private const double Tolerance = 1e-4;

    /// <summary>
    /// The weight of <c>factor − 1 − ln(factor)</c> beside the sum of the rows' losses: a Gamma prior whose mode is 1. Without it, a
    /// few rows that are all told right would have the factor infinite, and a wrong row later on a probability of 0. Ours; 1 and 10 serve
    /// small data nearly as well, and many rows outweigh it.
    /// </summary>
    private const double Doubt = 3;

    /// <summary>The best factor, to a ten-thousandth, and the mean loss that it leaves.</summary>
    /// <param name="loss">From the factor to the mean loss of the rows, which is convex in it.</param>
    /// <param name="rows">The number of rows.</param>
    public static (double Factor, double Loss) Best(Func<double, double> loss, long rows)
    {
        double Doubted(double factor) => loss(factor) + (Doubt / rows * (factor - 1 - Math.Log(factor)));

        // Golden-section search keeps one of its two inner points, and the loss there, at each step.
        double golden = (Math.Sqrt(5) - 1) / 2;
        double low = Minimum, high = Maximum;
        double left = high - (golden * (high - low)), right = low + (golden * (high - low));
        double atLeft = Doubted(left), atRight = Doubted(right);
        while (high - low > Tolerance)
        {
            if (atLeft <= atRight)
            {
                (high, right, atRight) = (right, left, atLeft);
                left = high - (golden * (high - low));
                atLeft = Doubted(left);
            }
            else
            {
                (low, left, atLeft) = (left, right, atRight);
                right = low + (golden * (high - low));
                atRight = Doubted(right);
            }
        }

        double best = (low + high) / 2;
        return (best, loss(best));
    }
}
