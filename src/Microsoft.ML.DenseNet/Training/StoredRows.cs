using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Rows in memory, read in batches or as slices in their own order.</summary>
internal abstract class StoredRows : BatchSource
{
    /// <summary>The most rows evaluated at once; bounds memory.</summary>
    private const int EvaluationRows = 8192;

    /// <summary>The same, in values.</summary>
    private const int EvaluationValues = 1 << 25;

    /// <summary>The most rows that <see cref="Slice"/> returns.</summary>
    public required int SliceSize { get; init; }

    /// <summary>All targets, on the training device.</summary>
    public abstract Tensor Targets { get; }

    /// <summary>All weights, on the training device; null for 1 each.</summary>
    public abstract Tensor? Weights { get; }

    /// <summary>How many rows to evaluate at once.</summary>
    /// <param name="rows">All of them.</param>
    /// <param name="keepsSparse">Whether their zeros are never written out.</param>
    public static int EvaluationBatch(RowSet rows, bool keepsSparse) => (int)Math.Min(rows.Count, Math.Clamp(keepsSparse ? EvaluationRows : EvaluationValues / rows.Width, 1, EvaluationRows));

    /// <summary>Consecutive rows, features scaled, on the training device.</summary>
    public abstract TrainingRows Slice(long start, long count);

    /// <summary>The same for training on the CPU, with the rows in place.</summary>
    public virtual RowBatch SliceInHost(long start, int count) => Slice(start, count).InHost();
}
