namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>A value of one trainer or build on a dataset beside another's; lower is better.</summary>
/// <param name="Value">The value.</param>
/// <param name="Reference">The value it is compared with.</param>
/// <param name="Floor">Both count as at least this in <see cref="Ratio"/>.</param>
internal readonly record struct ValuePair(double Value, double Reference, double Floor)
{
    public double Ratio => Value == Reference ? 1 : Math.Max(Value, Floor) / Math.Max(Reference, Floor);
}
