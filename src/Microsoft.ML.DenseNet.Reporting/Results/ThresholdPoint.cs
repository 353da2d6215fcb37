namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>What a threshold lets through.</summary>
/// <param name="Threshold">The lowest score that passes.</param>
/// <param name="TruePositives">Rows of the class that pass.</param>
/// <param name="FalsePositives">Other rows that pass.</param>
internal readonly record struct ThresholdPoint(double Threshold, double TruePositives, double FalsePositives);
