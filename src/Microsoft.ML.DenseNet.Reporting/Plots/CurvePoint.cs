namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>A point of a curve over thresholds.</summary>
/// <param name="X">The horizontal value.</param>
/// <param name="Y">The vertical value.</param>
/// <param name="Threshold">The lowest score that passes.</param>
internal sealed record CurvePoint(double X, double Y, double Threshold);
