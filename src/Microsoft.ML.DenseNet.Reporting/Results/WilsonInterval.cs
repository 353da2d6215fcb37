namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>The confidence interval of a proportion (Wilson 1927), which is also valid if all or none hit.</summary>
internal static class WilsonInterval
{
    /// <param name="hits">How many hit.</param>
    /// <param name="count">Out of how many; the result is NaN for 0.</param>
    /// <param name="confidence">The interval's level, above 0 and below 1.</param>
    public static (double Low, double High) Of(double hits, double count, double confidence)
    {
        double z = NormalQuantile((1 + confidence) / 2);
        double share = hits / count;
        double centre = (share + z * z / (2 * count)) / (1 + z * z / count);
        double half = z / (1 + z * z / count) * Math.Sqrt(share * (1 - share) / count + z * z / (4 * count * count));
        return (hits == 0 && count > 0 ? 0 : centre - half, hits == count && count > 0 ? 1 : centre + half);
    }

    /// <summary>The value that a standard normal variable stays below with the given probability, above one half.</summary>
    internal static double NormalQuantile(double probability)
    {
        double low = 0, high = 40;
        for (int i = 0; i < 200 && high - low > 1e-12; i++)
        {
            double middle = (low + high) / 2;
            if (1 - UpperTail(middle) < probability)
                low = middle;
            else
                high = middle;
        }

        return (low + high) / 2;
    }

    /// <summary>The normal distribution's upper tail, from the continued fraction of the error function, or its series near 0.</summary>
    private static double UpperTail(double x)
    {
        double density = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
        if (x < 3)
        {
            double term = x, sum = x;
            for (int i = 1; i < 100; i++)
            {
                term *= x * x / (2 * i + 1);
                sum += term;
            }

            return 0.5 - density * sum;
        }

        double fraction = 0;
        for (int i = 100; i > 0; i--)
            fraction = i / (x + fraction);
        return density / (x + fraction);
    }
}
