using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <summary>What 8-bit weights cost in accuracy on some rows: the mean log-loss of classes, or the root of the mean squared error of numbers.</summary>
public readonly record struct QuantizationCost
{
    /// <summary>How much worse the error may become, relative to single precision, unless another limit is given: 0.001, 0.1 %.</summary>
    public const double DefaultTolerance = 0.001;

    internal QuantizationCost(LearningTask task, double singlePrecisionError, double quantizedError) =>
        (Task, SinglePrecisionError, QuantizedError) = (task, singlePrecisionError, quantizedError);

    /// <summary>What the network predicts, which decides what the errors are.</summary>
    public LearningTask Task { get; }

    /// <summary>The error in single precision: log-loss in nats, or the root mean squared error in the label's unit.</summary>
    public double SinglePrecisionError { get; }

    /// <summary>The error with 8-bit weights.</summary>
    public double QuantizedError { get; }

    /// <summary>By how much the error grew, relative to single precision: 0.001 is 0.1 %. Negative if it shrank.</summary>
    public double Increase => QuantizedError == SinglePrecisionError ? 0 : (QuantizedError - SinglePrecisionError) / SinglePrecisionError;

    /// <summary>Whether the error grew by at most a share of itself. Never if an error is not a number.</summary>
    /// <param name="tolerance">The share, at least 0, such as <see cref="DefaultTolerance"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tolerance"/> is negative or not finite.</exception>
    public bool IsWithin(double tolerance)
    {
        Guard.InRange(tolerance, 0, double.MaxValue, nameof(tolerance));
        return QuantizedError <= SinglePrecisionError * (1 + tolerance);
    }

    /// <summary>Both errors, as a clause.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{(Task == LearningTask.Regression ? "RMSE" : "log-loss")} goes from {SinglePrecisionError:G6} to {QuantizedError:G6} ({Increase:+0.000 %;-0.000 %;0 %})");
}
