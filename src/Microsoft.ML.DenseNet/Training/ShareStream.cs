using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// A process's part of the batches of a stream that several processes read: each reads its share of the rows, shuffles it by itself, and
/// gives each step its part of them.
/// </summary>
internal sealed class ShareStream : BatchSource
{
    private readonly StreamedRows _rows;
    private readonly StreamBatches? _mine;
    private readonly Func<IEnumerable<int>> _steps;
    private IEnumerator<int>? _step;

    /// <param name="plan">The order, and the processes.</param>
    /// <param name="rows">The stream.</param>
    /// <param name="batchSize">Rows per batch, of all processes together.</param>
    /// <param name="scale">The input scaling.</param>
    /// <param name="sparse">The same for sparse rows that are never written out; null if they are.</param>
    public ShareStream(TrainingPlan plan, StreamedRows rows, int batchSize, Func<Tensor, Tensor> scale, SparseScaling? sparse)
    {
        _rows = rows;
        int rank = plan.Workers!.Rank;
        var shares = new StepShares(rows.Shares, batchSize);
        _steps = () => shares.Of(rank);
        long own = rows.Shares[rank];
        if (own == 0)
            return;
        int most = (int)Math.Min(batchSize, (batchSize * own / rows.Count) + 3); // rounding moves rows to the next step, or to this one
        _mine = new StreamBatches(plan, rows with { Count = own }, most, scale, sparse, () => _steps().Where(count => count > 0));
    }

    public override long Count => _rows.Count;

    public override void StartEpoch()
    {
        _mine?.StartEpoch();
        _step = _steps().GetEnumerator();
    }

    public override void SkipEpochs(int count) => _mine?.SkipEpochs(count);

    public override TrainingRows Next(long count) => throw new NotSupportedException("Shares are trained on the CPU engine, which reads rows in place.");

    /// <summary>This process's rows of the next batch; there may be none.</summary>
    public override RowBatch NextInHost(int count)
    {
        _step!.MoveNext();
        return _step.Current == 0 ? default : _mine!.NextInHost(_step.Current);
    }

    public override void Dispose()
    {
        _mine?.Dispose();
        base.Dispose();
    }
}
