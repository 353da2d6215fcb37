namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Linear regression with a constant term, by the normal equations in double precision.</summary>
internal sealed class LeastSquares
{
    private LeastSquares(double[] coefficients, double bias)
    {
        Coefficients = coefficients;
        Bias = bias;
    }

    public double[] Coefficients { get; }

    public double Bias { get; }

    public static LeastSquares Fit(IReadOnlyList<double[]> rows, IReadOnlyList<double> targets)
    {
        int width = rows[0].Length;
        double[] means = [.. Enumerable.Range(0, width).Select(i => rows.Average(row => row[i]))];
        double targetMean = targets.Average();

        double[,] system = new double[width, width + 1];
        for (int r = 0; r < rows.Count; r++)
        {
            for (int i = 0; i < width; i++)
            {
                for (int j = 0; j < width; j++)
                    system[i, j] += (rows[r][i] - means[i]) * (rows[r][j] - means[j]);
                system[i, width] += (rows[r][i] - means[i]) * (targets[r] - targetMean);
            }
        }

        double[] coefficients = SolvePositiveDefinite(system, width);
        return new LeastSquares(coefficients, targetMean - coefficients.Zip(means, (coefficient, mean) => coefficient * mean).Sum());
    }

    public double Predict(double[] row) => Bias + row.Zip(Coefficients, (value, coefficient) => value * coefficient).Sum();

    /// <summary>The share of the targets' variance that the best linear prediction leaves unexplained: 0 when they are linear in the rows.</summary>
    public static double UnexplainedVariance(IReadOnlyList<double[]> rows, IReadOnlyList<double> targets)
    {
        var fit = Fit(rows, targets);
        double mean = targets.Average();
        return rows.Zip(targets, (row, target) => Square(target - fit.Predict(row))).Sum() / targets.Sum(target => Square(target - mean));
    }

    private static double Square(double value) => value * value;

    /// <summary>Gaussian elimination; a positive definite system needs no pivoting.</summary>
    private static double[] SolvePositiveDefinite(double[,] system, int width)
    {
        for (int pivot = 0; pivot < width; pivot++)
        {
            for (int row = pivot + 1; row < width; row++)
            {
                double factor = system[row, pivot] / system[pivot, pivot];
                for (int column = pivot; column <= width; column++)
                    system[row, column] -= factor * system[pivot, column];
            }
        }

        double[] solution = new double[width];
        for (int row = width - 1; row >= 0; row--)
        {
            double sum = system[row, width];
            for (int column = row + 1; column < width; column++)
                sum -= system[row, column] * solution[column];
            solution[row] = sum / system[row, row];
        }

        return solution;
    }
}
