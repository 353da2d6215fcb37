namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>What a feature contributes to the prediction of a row.</summary>
public sealed record ContributionPoint
{
    internal ContributionPoint(long row, double value, string text, double contribution) =>
        (Row, Value, Text, Contribution) = (row, value, text, contribution);

    /// <summary>The row's number in the data, from 0.</summary>
    public long Row { get; }

    /// <summary>The feature's value; for a category its place among <see cref="ExplainedFeature.Categories"/>. NaN if it is missing.</summary>
    public double Value { get; }

    /// <summary>The value for people.</summary>
    public string Text { get; }

    /// <summary>By how much it raises the explained value above the base value, or lowers it.</summary>
    public double Contribution { get; }
}
