namespace Microsoft.ML.DenseNet;

/// <summary>The standard normal distribution.</summary>
internal static class Normal
{
    /// <summary>The longest piece that the rule is used on, in deviations.</summary>
    private const double Piece = 0.5;

    // Nodes and weights of Gauss and Legendre's rule with five points, on -1 to 1.
    private static readonly double[] Nodes = [0, 0.5384693101056831, -0.5384693101056831, 0.9061798459386640, -0.9061798459386640];
    private static readonly double[] Weights = [0.5688888888888889, 0.4786286704993665, 0.4786286704993665, 0.2369268850561891, 0.2369268850561891];

    /// <summary>Returns the probability between two numbers, to at least ten significant digits unless it is tiny.</summary>
    public static double Mass(double from, double to)
    {
        // Beyond twelve deviations there is less than 1e-32.
        from = Math.Clamp(from, -12, 12);
        to = Math.Clamp(to, -12, 12);
        int pieces = Math.Max(1, (int)Math.Ceiling((to - from) / Piece));
        double half = (to - from) / (2 * pieces), sum = 0;
        for (int step = 0; step < pieces; step++)
        {
            double middle = from + (((2 * step) + 1) * half);
            for (int i = 0; i < Nodes.Length; i++)
            {
                double x = middle + (half * Nodes[i]);
                sum += Weights[i] * Math.Exp(-x * x / 2);
            }
        }

        return sum * half / Math.Sqrt(2 * Math.PI);
    }
}
