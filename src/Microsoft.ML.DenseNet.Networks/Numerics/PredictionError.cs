namespace Microsoft.ML.DenseNet;

/// <summary>The error of outputs over rows: the mean log-loss of classes, or the root of the mean squared error of numbers.</summary>
/// <param name="isRegression">Whether numbers are predicted.</param>
/// <param name="scoreOutput">Which output is the number.</param>
internal struct PredictionError(bool isRegression, int scoreOutput = 0)
{
    private double _total;
    private double _weights;

    /// <summary>The error of the rows so far.</summary>
    public readonly double Value => isRegression ? Math.Sqrt(_total / _weights) : _total / _weights;

    /// <summary>Adds a row.</summary>
    /// <param name="outputs">The network's outputs.</param>
    /// <param name="label">The number; for two classes above 0 for the positive one; for several the index of the class.</param>
    /// <param name="weight">The weight of the row.</param>
    public void Add(ReadOnlySpan<float> outputs, float label, double weight = 1)
    {
        _weights += weight;
        _total += weight * (isRegression ? Square((double)outputs[scoreOutput] - label) : LogLoss(outputs, label));
    }

    private static double LogLoss(ReadOnlySpan<float> outputs, float label)
    {
        if (outputs.Length == 1)
        {
            double margin = label > 0 ? outputs[0] : -outputs[0];
            return Math.Max(-margin, 0) + Math.Log(1 + Math.Exp(-Math.Abs(margin)));
        }

        double largest = double.NegativeInfinity;
        foreach (float output in outputs)
            largest = Math.Max(largest, output);
        double sum = 0;
        foreach (float output in outputs)
            sum += Math.Exp(output - largest);
        return largest + Math.Log(sum) - outputs[(int)label];
    }

    private static double Square(double x) => x * x;
}
