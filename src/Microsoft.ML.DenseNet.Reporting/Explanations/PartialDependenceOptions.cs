namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Where and of what partial dependence is computed.</summary>
public sealed record PartialDependenceOptions
{
    /// <summary>What is predicted; null, the default, for the probability of a class or, in regression, the number.</summary>
    public ExplainedOutput? Output { get; init; }

    /// <summary>The class (or quantile, such as "quantile 0.9"), as <see cref="ExplainedRowsOptions.ClassNames"/> or the model names it; null for the positive one of two, and for the one of several that is predicted most often.</summary>
    public string? ClassName { get; init; }

    /// <summary>The most values of the feature at which to predict, from 2 to 1000; 24 by default. Fewer if the feature has fewer.</summary>
    public int MaximumPoints { get; init; } = 24;

    /// <summary>The most rows to average over, each of which has a curve, from 1 to <see cref="ExplainedRowsOptions.LargestMaximumRows"/>; 200 by default.</summary>
    public int MaximumRows { get; init; } = 200;

    internal void Validate()
    {
        Guard.InRange(MaximumPoints, 2, 1000, nameof(MaximumPoints));
        Guard.InRange(MaximumRows, 1, ExplainedRowsOptions.LargestMaximumRows, nameof(MaximumRows));
    }
}
