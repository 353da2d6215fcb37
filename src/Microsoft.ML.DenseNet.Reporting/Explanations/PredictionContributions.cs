namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Why a model predicts what it predicts for a row: <see cref="BaseValue"/> and all contributions sum to <see cref="Score"/>.</summary>
public sealed class PredictionContributions
{
    internal PredictionContributions(long row, string outputName, string measure, ExplainedOutput output, LearningTask task, double baseValue, double score, IEnumerable<FeatureContribution> features)
    {
        (Row, OutputName, Measure, Output, Task, BaseValue, Score) = (row, outputName, measure, output, task, baseValue, score);
        Features = [.. features.OrderByDescending(feature => Math.Abs(feature.Contribution))];
    }

    /// <summary>The row's number in the data, from 0.</summary>
    public long Row { get; }

    /// <summary>The class that is explained, for two classes the positive one; "prediction" in regression.</summary>
    public string OutputName { get; }

    /// <summary>What is explained, in words: the log-odds of a class, its score among several, its probability, or the prediction.</summary>
    public string Measure { get; }

    /// <summary>Whether scores or probabilities are explained.</summary>
    public ExplainedOutput Output { get; }

    /// <summary>The mean of the explained value over the background rows.</summary>
    public double BaseValue { get; }

    /// <summary>The explained value of the row.</summary>
    public double Score { get; }

    /// <summary>The contributions, the largest first, whatever the sign.</summary>
    public IReadOnlyList<FeatureContribution> Features { get; }

    /// <summary>What the network predicts.</summary>
    internal LearningTask Task { get; }
}
