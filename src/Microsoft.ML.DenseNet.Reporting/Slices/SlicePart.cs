namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Rows that share a value, or one of several pooled values.</summary>
/// <param name="Name">The value.</param>
/// <param name="Values">The number of values.</param>
/// <param name="Rows">The rows.</param>
internal sealed record SlicePart(string Name, int Values, IReadOnlyList<int> Rows);
