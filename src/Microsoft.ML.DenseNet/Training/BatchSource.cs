using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Supplies a training run with batches, wherever the rows live. All tensors it creates belong to the current dispose scope.</summary>
internal abstract class BatchSource : IDisposable
{
    /// <summary>The number of rows in an epoch.</summary>
    public abstract long Count { get; }

    /// <summary>Begins an epoch, in a new order if the plan shuffles.</summary>
    public abstract void StartEpoch();

    /// <summary>Skips epochs before the first, as if they had run.</summary>
    /// <param name="count">How many.</param>
    public abstract void SkipEpochs(int count);

    /// <summary>The next rows of the epoch, features scaled, on the training device. Valid until the next call.</summary>
    /// <param name="count">How many: the batch size, or what is left for the last batch.</param>
    public abstract TrainingRows Next(long count);

    /// <summary>Whether <see cref="NextInHost"/> makes tensors, and so needs a dispose scope.</summary>
    public virtual bool MakesTensors => true;

    /// <summary>The same as <see cref="Next"/> for training on the CPU, with the rows in place.</summary>
    /// <param name="count">How many.</param>
    public virtual RowBatch NextInHost(int count) => Next(count).InHost();

    public virtual void Dispose()
    {
    }

    /// <summary>Batches of rows in memory.</summary>
    /// <param name="plan">The task, the device and the order.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="batchSize">Rows per batch.</param>
    /// <param name="scale">The input scaling.</param>
    /// <param name="sparse">How to scale sparse rows that the training run reads without their zeros; null if they are written out.</param>
    /// <param name="oneHot">The form in which the training run reads rows; null for all slots.</param>
    public static StoredRows Open(TrainingPlan plan, RowSet rows, int batchSize, Func<Tensor, Tensor> scale, SparseScaling? sparse, OneHotForm? oneHot = null)
    {
        if (oneHot is not null)
            return new HostBatches(plan, OneHotRows.Of(plan, rows, oneHot), batchSize) { SliceSize = batchSize };
        if (rows.IsSparse)
            return new SparseBatches(plan, rows, batchSize, scale, sparse) { SliceSize = batchSize };
        bool isOnHost = plan.IsOnHost || plan.KeepsRowsOnHost;
        var stored = TrainingRows.From(rows, plan.Task, isOnHost ? CPU : plan.Device, isOnHost ? OnHost(plan.Device, scale) : scale, plan.Layout.ScaledWidth);
        return isOnHost ? new HostBatches(plan, stored, batchSize) { SliceSize = batchSize } : new DeviceBatches(plan, stored) { SliceSize = batchSize };
    }

    /// <summary>Batches of rows in memory to learn from: this process's part of them if several train together.</summary>
    /// <param name="plan">The task, the device and the order.</param>
    /// <param name="rows">The rows, or a sample of them.</param>
    /// <param name="share">This process's rows; null if it has them all, and takes its share from <paramref name="rows"/> if there are others.</param>
    /// <param name="batchSize">Rows per batch.</param>
    /// <param name="scale">The input scaling.</param>
    /// <param name="sparse">How to scale sparse rows that the training run reads without their zeros; null if they are written out.</param>
    /// <param name="oneHot">The form in which the training run reads rows; null for all slots.</param>
    public static BatchSource OpenShare(TrainingPlan plan, RowSet rows, SharedRows? share, int batchSize, Func<Tensor, Tensor> scale, SparseScaling? sparse, OneHotForm? oneHot) => plan.Workers is null
        ? Open(plan, rows, batchSize, scale, sparse, oneHot)
        : new ShareBatches(plan, share ?? SharedRows.Of(rows, new RowShare(plan.Workers.Rank, plan.Workers.Count)), batchSize, (own, mine) => Open(own, mine, batchSize, scale, sparse, oneHot));

    /// <summary>Batches of a stream.</summary>
    /// <inheritdoc cref="Open(TrainingPlan, RowSet, int, Func{Tensor, Tensor}, SparseScaling?, OneHotForm?)" path="/param"/>
    public static BatchSource Open(TrainingPlan plan, StreamedRows rows, int batchSize, Func<Tensor, Tensor> scale, SparseScaling? sparse) =>
        plan.Workers is null ? new StreamBatches(plan, rows, batchSize, scale, sparse) : new ShareStream(plan, rows, batchSize, scale, sparse);

    /// <summary>Adapts scaling whose values live on a device to rows that live on the host.</summary>
    private static Func<Tensor, Tensor> OnHost(Device device, Func<Tensor, Tensor> scale) =>
        device.type == DeviceType.CPU ? scale : rows => scale(rows.to(device)).cpu();
}
