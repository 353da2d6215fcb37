namespace Microsoft.ML.DenseNet;

/// <summary>
/// Finds the factor on a classifier's outputs that minimizes its loss: temperature scaling (Guo et al. 2017), here with a prior
/// against factors that only a few rows support.
/// </summary>
internal static class Calibration
{
    /// <summary>The range in which the factor is searched.</summary>
    public const double Minimum = 0.1, Maximum = 10;

    private const double Tolerance = 1e-4;

    /// <summary>
    /// The weight of <c>factor − 1 − ln(factor)</c> relative to the sum of the rows' losses: a Gamma prior with mode 1. Without it, a few
    /// rows that are all classified correctly would make the factor infinite, and give a later wrong row a probability of 0. The value is
    /// our choice; 1 and 10 do nearly as well on small data, and many rows outweigh it.
    /// </summary>
    private const double Doubt = 3;

    /// <summary>Returns the best factor, to a ten-thousandth, and the mean loss at it.</summary>
    /// <param name="loss">Maps the factor to the mean loss of the rows, which is convex in it.</param>
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
