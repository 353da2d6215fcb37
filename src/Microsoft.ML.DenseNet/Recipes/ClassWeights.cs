using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <summary>How much the rows of each class count in the loss.</summary>
public sealed class ClassWeights
{
    private readonly double[]? _weights;

    private ClassWeights(double[]? weights) => _weights = weights;

    /// <summary>
    /// All classes count the same in total: the weight of a class is rows / (classes · rows of the class), like scikit-learn's
    /// <c>class_weight="balanced"</c>; a row with an example weight counts as that many rows. It raises the recall of rare classes, and their predicted probabilities above their true frequency.
    /// </summary>
    public static ClassWeights Balanced { get; } = new(null);

    /// <summary>One weight per class.</summary>
    /// <param name="weights">From 0.000000001 to 1,000,000,000; for two classes first the weight of false, then that of true; otherwise in the order of the label's key values.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside the range stated above.</exception>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static ClassWeights Of(params IEnumerable<double> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        double[] values = [.. weights];
        for (int i = 0; i < values.Length; i++)
            Losses.CheckWeight(values[i], $"weights[{i}]");
        return new ClassWeights(values);
    }

    /// <summary>Returns the weight of each class.</summary>
    /// <param name="counts">For each class, the sum of its example weights in the training data, or its number of rows if there are none.</param>
    internal double[] Resolve(IReadOnlyList<double> counts)
    {
        if (_weights is null)
        {
            int present = counts.Count(count => count > 0);
            double total = counts.Sum();
            return [.. counts.Select(count => count > 0 ? total / (present * count) : 0)];
        }

        if (_weights.Length != counts.Count)
            throw new InvalidOperationException($"ClassWeights has {_weights.Length} weights, but the label has {counts.Count} classes: give one weight a class.");
        return _weights;
    }

    /// <inheritdoc/>
    public override string ToString() => _weights is null ? "Balanced" : string.Join(", ", _weights.Select(weight => weight.ToString(CultureInfo.InvariantCulture)));
}
