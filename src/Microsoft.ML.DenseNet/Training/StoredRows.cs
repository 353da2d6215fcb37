using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Rows in memory: batches of them, and parts in their own order.</summary>
internal abstract class StoredRows : BatchSource
{
    /// <summary>All targets, on the training device.</summary>
    public abstract Tensor Targets { get; }

    /// <summary>All weights, on the training device; null for 1 each.</summary>
    public abstract Tensor? Weights { get; }

    /// <summary>Neighbouring rows, features scaled, on the training device.</summary>
    public abstract TrainingRows Slice(long start, long count);
}
