namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Which rows of the data a model is explained by, and how its outputs are called.</summary>
public sealed record ExplainedRowsOptions
{
    /// <summary>The largest <see cref="MaximumRows"/>.</summary>
    public const int LargestMaximumRows = 100_000;

    /// <summary>The most rows to use, from 1 to <see cref="LargestMaximumRows"/>; of more, so many are drawn at random. 400 by default. Fewer are used if their values would exceed 64 MiB.</summary>
    public int MaximumRows { get; init; } = 400;

    /// <summary>Determines which rows are drawn.</summary>
    public int Seed { get; init; }

    /// <summary>The feature column; null for the one of the training.</summary>
    public string? FeatureColumnName { get; init; }

    /// <summary>Names for the classes, such as repaid and default for false and true; null for those of the model.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>The unit of a predicted number, such as EUR; null for none.</summary>
    public string? Unit { get; init; }

    internal void Validate() => Guard.InRange(MaximumRows, 1, LargestMaximumRows, nameof(MaximumRows));
}
