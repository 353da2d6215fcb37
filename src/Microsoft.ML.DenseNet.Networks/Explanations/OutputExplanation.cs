namespace Microsoft.ML.DenseNet;

/// <summary>How one explained value of a prediction came about: <see cref="BaseValue"/> and <see cref="Contributions"/> sum to <see cref="Score"/>.</summary>
public sealed class OutputExplanation
{
    internal OutputExplanation(string? className, double baseValue, double score, double gap, float[] contributions)
    {
        (ClassName, BaseValue, Score, Gap, Contributions) = (className, baseValue, score, gap, contributions.AsReadOnly());
    }

    /// <summary>The class that the value is about: for two classes the positive one; null for regression, and if the classes have no names.</summary>
    public string? ClassName { get; }

    /// <summary>The mean of the value over the background rows.</summary>
    public double BaseValue { get; }

    /// <summary>The value of the row that is explained; see <see cref="ExplainedOutput"/>.</summary>
    public double Score { get; }

    /// <summary>
    /// By how much the score exceeded base value and contributions before the rest was distributed over the contributions in proportion to their
    /// magnitude. It measures their error.
    /// </summary>
    public double Gap { get; }

    /// <summary>By how much each feature raises the value above the base value or lowers it, in the order of <see cref="Explanation.Features"/>. NaN if the score is not finite.</summary>
    public IReadOnlyList<float> Contributions { get; }
}
