namespace Microsoft.ML.DenseNet.Benchmarks.Intervals;

/// <summary>A way to make intervals.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Predict">Learns from the training rows and returns the test rows' bounds for each coverage.</param>
internal sealed record IntervalMethod(string Name, Func<MLContext, IntervalData, double[], int, Bounds[]> Predict);
