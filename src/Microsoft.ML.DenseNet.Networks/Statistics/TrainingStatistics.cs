using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// What the rows that a network was trained on looked like, in a few kilobytes: each feature's range, missing share and distribution, and
/// the distribution of the predictions. Immutable.
/// </summary>
/// <remarks>
/// It discloses single values: each feature's lowest and highest, and up to nine between them. A category's share discloses
/// that some row had it. Remove the statistics with <see cref="TrainedNetwork.WithStatistics"/> before giving a model away if the
/// values are confidential.
/// </remarks>
public sealed class TrainingStatistics
{
    /// <summary>
    /// The maximum number of bins and categories of all features together; features beyond that are counted in
    /// <see cref="UndescribedSlots"/>. Statistics thus take at most about 50 KB, and about 7 KB for 30 numbers.
    /// </summary>
    public const int MaximumEntries = 2048;

    /// <summary>Checks nothing: the builder and the reader of files do.</summary>
    internal TrainingStatistics(long rowCount, double effectiveRows, IReadOnlyList<SlotStatistics> features, int undescribedSlots, PredictionStatistics? prediction)
    {
        RowCount = rowCount;
        EffectiveRows = effectiveRows;
        Features = Array.AsReadOnly(features.ToArray());
        UndescribedSlots = undescribedSlots;
        Prediction = prediction;
    }

    /// <summary>The number of rows; those of weight 0 are left out.</summary>
    public long RowCount { get; }

    /// <summary>
    /// The number of equally weighted rows that would determine bins and shares as precisely: (Σw)² / Σw² over the rows that the bins were
    /// made of, at most 32,768 drawn from all.
    /// </summary>
    public double EffectiveRows { get; }

    /// <summary>The features, by slot: a <see cref="NumberStatistics"/> for each number and a <see cref="CategoryStatistics"/> for each one-hot block.</summary>
    public IReadOnlyList<SlotStatistics> Features { get; }

    /// <summary>
    /// The number of slots without statistics: with more features than <see cref="MaximumEntries"/> allows, those are described that most rows
    /// have a value in, neither 0 nor missing.
    /// </summary>
    public int UndescribedSlots { get; }

    /// <summary>The distribution of the predictions; null if unknown.</summary>
    public PredictionStatistics? Prediction { get; }

    /// <summary>Returns the same statistics with the distribution of the predictions.</summary>
    internal TrainingStatistics With(PredictionStatistics? prediction) => new(RowCount, EffectiveRows, Features, UndescribedSlots, prediction);

    /// <summary>Says how many rows and features the statistics are about.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{RowCount:N0} rows, {Features.Count:N0} features{(UndescribedSlots == 0 ? "" : $", {UndescribedSlots:N0} slots not described")}");
}
