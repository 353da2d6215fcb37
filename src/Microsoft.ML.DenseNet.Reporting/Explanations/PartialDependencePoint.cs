namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>The mean prediction if a feature has a certain value in all rows.</summary>
public sealed record PartialDependencePoint
{
    internal PartialDependencePoint(double value, string text, double mean, double low, double high) =>
        (Value, Text, Mean, Low, High) = (value, text, mean, low, high);

    /// <summary>The value; for a category its place among <see cref="ExplainedFeature.Categories"/>.</summary>
    public double Value { get; }

    /// <summary>The value for people.</summary>
    public string Text { get; }

    /// <summary>The mean prediction.</summary>
    public double Mean { get; }

    /// <summary>The prediction that a tenth of the rows are below.</summary>
    public double Low { get; }

    /// <summary>The prediction that a tenth of the rows are above.</summary>
    public double High { get; }
}
