namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>How much a feature contributes on average over rows, whatever the sign.</summary>
/// <param name="Name">The feature.</param>
/// <param name="Total">The mean absolute contribution, summed over the classes if there are several.</param>
/// <param name="PerOutput">The mean absolute contribution to each of <see cref="GlobalExplanation.OutputNames"/>.</param>
public sealed record MeanContribution(string Name, double Total, IReadOnlyList<double> PerOutput);
