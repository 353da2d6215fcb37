namespace Microsoft.ML.DenseNet;

/// <summary>The loss that is left when a network's outputs are multiplied by the best factor.</summary>
internal static class CalibratedLoss
{
    /// <summary>The least value of a loss over all factors from 1/8 to 8, to about a thousandth of the factor.</summary>
    /// <param name="loss">From the factor to the mean loss.</param>
    public static double Least(Func<double, double> loss)
    {
        // The loss is convex in the factor; golden-section search keeps one of its two inner points at each step.
        double golden = (Math.Sqrt(5) - 1) / 2;
        double low = -3, high = 3;
        double left = high - (golden * (high - low)), right = low + (golden * (high - low));
        double atLeft = loss(Math.Pow(2, left)), atRight = loss(Math.Pow(2, right));
        for (int i = 0; i < 14; i++)
        {
            if (atLeft <= atRight)
            {
                (high, right, atRight) = (right, left, atLeft);
                left = high - (golden * (high - low));
                atLeft = loss(Math.Pow(2, left));
            }
            else
            {
                (low, left, atLeft) = (left, right, atRight);
                right = low + (golden * (high - low));
                atRight = loss(Math.Pow(2, right));
            }
        }

        return Math.Min(atLeft, atRight);
    }
}
