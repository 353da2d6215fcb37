namespace Microsoft.ML.DenseNet;

/// <summary>Decides which rows are sampled for the bins of <see cref="TrainingStatistics"/>: all, or of many about <see cref="StatisticsBuilder.MaximumSample"/>, always the same ones.</summary>
/// <param name="rows">The number of rows.</param>
internal readonly struct StatisticsSample(long rows)
{
    private readonly ulong _below = rows <= StatisticsBuilder.MaximumSample ? ulong.MaxValue : (ulong)(Math.ScaleB(StatisticsBuilder.MaximumSample, 63) / rows) * 2;

    /// <summary>Whether a row is sampled.</summary>
    /// <param name="row">Its number, from 0.</param>
    public bool Takes(long row) => _below == ulong.MaxValue || SplitMix.Mix((ulong)row * SplitMix.Golden) < _below;
}
