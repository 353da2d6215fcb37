namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Which interactions are computed. The number of predictions is pairs · rows², so it grows fast.</summary>
public sealed record InteractionOptions
{
    /// <summary>The features whose pairs are computed; null, the default, for those that change the predictions most.</summary>
    public IReadOnlyList<string>? Features { get; init; }

    /// <summary>The most features to choose, from 2 to 100; 8 by default, which are 28 pairs.</summary>
    public int MaximumFeatures { get; init; } = 8;

    /// <summary>The most rows, from 2 to 1000; 40 by default. With few rows, weak interactions are not told apart reliably.</summary>
    public int MaximumRows { get; init; } = 40;

    /// <summary>
    /// What features act on: by default scores, on which a network that adds its features up has no interactions. On probabilities nearly every pair has,
    /// because the curve from scores to probabilities is bent.
    /// </summary>
    public ExplainedOutput Output { get; init; }

    internal void Validate()
    {
        Guard.InRange(MaximumFeatures, 2, 100, nameof(MaximumFeatures));
        Guard.InRange(MaximumRows, 2, 1000, nameof(MaximumRows));
    }
}
