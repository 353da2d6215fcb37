using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// A process's part of the batches of a stream that several processes read: each reads its share of the rows, shuffles it by itself, and
/// takes as many rows to a step as the others.
/// </summary>
internal sealed class ShareStream : BatchSource
{
    private readonly StreamedRows _rows;
    private readonly StreamBatches? _mine;
    private readonly int _batchSize;
    private long _left;

    /// <param name="plan">The order, and the processes.</param>
    /// <param name="rows">The stream.</param>
    /// <param name="batchSize">Rows per batch, of all processes together.</param>
    /// <param name="scale">The input scaling.</param>
    /// <param name="sparse">The same for sparse rows that are never written out; null if they are.</param>
    public ShareStream(TrainingPlan plan, StreamedRows rows, int batchSize, Func<Tensor, Tensor> scale, SparseScaling? sparse)
    {
        _rows = rows;
        int processes = plan.Workers!.Count;
        _batchSize = (batchSize + processes - 1) / processes;
        _mine = rows.ShareCount == 0 ? null : new StreamBatches(plan, rows with { Count = rows.ShareCount }, _batchSize, scale, sparse);
    }

    public override long Count => _rows.Count;

    public override void StartEpoch()
    {
        _mine?.StartEpoch();
        _left = _rows.ShareCount;
    }

    public override void SkipEpochs(int count) => _mine?.SkipEpochs(count);

    public override TrainingRows Next(long count) => throw new NotSupportedException("Shares are trained on the CPU engine, which reads rows in place.");

    /// <summary>This process's rows of the next batch; none if others have rows left and this one has not.</summary>
    public override RowBatch NextInHost(int count)
    {
        int taken = (int)Math.Min(_batchSize, _left);
        _left -= taken;
        return taken == 0 ? default : _mine!.NextInHost(taken);
    }

    public override void Dispose()
    {
        _mine?.Dispose();
        base.Dispose();
    }
}
