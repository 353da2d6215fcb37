namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>How rows are divided into slices, and what is measured in each.</summary>
public sealed record SliceOptions
{
    /// <summary>The metric to order slices by, one of those that <c>Evaluate</c> names; null for Accuracy, and for numbers the Root mean squared error.</summary>
    public string? MetricName { get; init; }

    /// <summary>The fewest rows of a slice, at least 1. Values with fewer are pooled, and left out if even together they have fewer; 30 by default.</summary>
    public int MinimumRows { get; init; } = 30;

    /// <summary>The maximum number of slices of a column, from 2 to 1000: the rarest values beyond are pooled. 20 by default.</summary>
    public int MaximumSlices { get; init; } = 20;

    /// <summary>The number of bins, of about equal row counts, that numbers with more than 8 values are divided into, from 2 to 100; 4 by default.</summary>
    public int NumberOfBins { get; init; } = 4;

    /// <summary>Names for the classes; null for those of the label.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>The confidence level of the intervals, above 0 and below 1.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Determines which rows the bootstrap draws.</summary>
    public int Seed { get; init; }

    internal void Validate()
    {
        Guard.AtLeast(MinimumRows, 1, nameof(MinimumRows));
        Guard.InRange(MaximumSlices, 2, 1000, nameof(MaximumSlices));
        Guard.InRange(NumberOfBins, 2, 100, nameof(NumberOfBins));
        Guard.Between(Confidence, 0, 1, nameof(Confidence));
    }
}
