namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>A feature in a few numbers. Missing values are counted separately; a feature with no other values has NaN for the rest.</summary>
/// <param name="Name">The feature.</param>
/// <param name="Minimum">The lowest value.</param>
/// <param name="Mean">The mean.</param>
/// <param name="Deviation">The standard deviation (population).</param>
/// <param name="Maximum">The highest value.</param>
/// <param name="Missing">How many values are missing.</param>
internal sealed record FeatureSummary(string Name, double Minimum, double Mean, double Deviation, double Maximum, long Missing);
