using System.Globalization;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>How one trainer or build compares with another over datasets.</summary>
/// <param name="Better">The number of datasets where its value is lower.</param>
/// <param name="Equal">The number of datasets where both are equal.</param>
/// <param name="Count">The number of all datasets.</param>
/// <param name="GeometricMean">The geometric mean of the ratios of its values to the other's.</param>
/// <param name="P">Wilcoxon's signed-rank p of the ratios' logarithms: how likely a difference like this is by chance.</param>
internal sealed record PairedComparison(int Better, int Equal, int Count, double GeometricMean, double P)
{
    public int Worse => Count - Better - Equal;

    /// <summary>A p as tables show it.</summary>
    public static string Text(double p) => p < 0.0001 ? "< 0.0001" : p.ToString("0.0000", CultureInfo.InvariantCulture);

    /// <summary>Null for no pairs.</summary>
    public static PairedComparison? Of(IReadOnlyCollection<ValuePair> pairs)
    {
        if (pairs.Count == 0)
            return null;
        double[] logarithms = [.. pairs.Select(pair => Math.Log(pair.Ratio))];
        return new PairedComparison(
            pairs.Count(pair => pair.Value < pair.Reference),
            pairs.Count(pair => pair.Value == pair.Reference),
            pairs.Count,
            Math.Exp(logarithms.Average()),
            Wilcoxon.SignedRankP(logarithms));
    }
}
