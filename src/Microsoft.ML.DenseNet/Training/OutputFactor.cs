namespace Microsoft.ML.DenseNet;

/// <summary>The factor on a classifier's outputs that makes its loss the least: temperature scaling (Guo et al. 2017).</summary>
internal static class OutputFactor
{
    /// <summary>The range in which the factor is looked for.</summary>
    public const double Minimum = 0.1, Maximum = 10;

    private const double Tolerance = 1e-4;

    /// <summary>The best factor, to a ten-thousandth, and the loss that it leaves.</summary>
    /// <param name="loss">From the factor to the loss, which is convex in it.</param>
    public static (double Factor, double Loss) Best(Func<double, double> loss)
    {
        // Golden-section search keeps one of its two inner points, and the loss there, at each step.
        double golden = (Math.Sqrt(5) - 1) / 2;
        double low = Minimum, high = Maximum;
        double left = high - (golden * (high - low)), right = low + (golden * (high - low));
        double atLeft = loss(left), atRight = loss(right);
        while (high - low > Tolerance)
        {
            if (atLeft <= atRight)
            {
                (high, right, atRight) = (right, left, atLeft);
                left = high - (golden * (high - low));
                atLeft = loss(left);
            }
            else
            {
                (low, left, atLeft) = (left, right, atRight);
                right = low + (golden * (high - low));
                atRight = loss(right);
            }
        }

        return ((low + high) / 2, Math.Min(atLeft, atRight));
    }
}
