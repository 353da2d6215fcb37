namespace Microsoft.ML.DenseNet;

/// <summary>A point in the computation of a gradient, which proceeds from the network's end to its start.</summary>
/// <param name="Parts">The number of parts that are computed by then.</param>
/// <param name="From">The gradient of the parameters from this one on is then final.</param>
internal readonly record struct GradientStage(int Parts, int From);
