using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Batches of sparse rows: kept without their zeros, written out batch by batch.</summary>
internal sealed class SparseBatches : StoredRows
{
    private readonly TrainingPlan _plan;
    private readonly RowSet _rows;
    private readonly Func<Tensor, Tensor> _scale;
    private readonly RowOrder? _shuffler;
    private readonly BatchBuffer _buffer;
    private readonly long[] _starts;
    private readonly double _meanWeight;
    private long[]? _order;
    private long _next;

    /// <param name="plan">The task, the device and the order.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="batchSize">The most rows that are asked for at once.</param>
    /// <param name="scale">The input scaling.</param>
    public SparseBatches(TrainingPlan plan, RowSet rows, int batchSize, Func<Tensor, Tensor> scale)
    {
        _plan = plan;
        _rows = rows;
        _scale = scale;
        _shuffler = plan.Shuffle ? new RowOrder(rows.Count, plan.Seed) : null;
        _buffer = new BatchBuffer(plan.Task, batchSize, rows.Width, rows.HasWeights, isSparse: true);
        _meanWeight = rows.MeanWeight;
        _starts = new long[rows.Blocks.Count];
        for (int i = 1; i < _starts.Length; i++)
            _starts[i] = _starts[i - 1] + rows.Blocks[i - 1].Rows;

        var labels = TrainingRows.From(new RowSet(0, rows.HasWeights, [.. rows.Blocks.Select(block => block with { Sparse = null })]), plan.Task, plan.Device, features => features);
        (Targets, Weights) = (labels.Targets, labels.Weights);
    }

    public override long Count => _rows.Count;

    public override Tensor Targets { get; }

    public override Tensor? Weights { get; }

    public override void StartEpoch()
    {
        _order = _shuffler?.Shuffle();
        _next = 0;
    }

    public override TrainingRows Next(long count)
    {
        long start = _next;
        _next += count;
        return Gather(start, (int)count, _order);
    }

    public override TrainingRows Slice(long start, long count) => Gather(start, (int)count, null);

    private TrainingRows Gather(long start, int count, long[]? order)
    {
        for (int i = 0; i < count; i++)
        {
            long number = order is null ? start + i : order[start + i];
            int place = Array.BinarySearch(_starts, number);
            if (place < 0)
                place = ~place - 1;
            var block = _rows.Blocks[place];
            int row = (int)(number - _starts[place]);
            _buffer.SetSparse(i, block.Sparse!.RowSlots(row), block.Sparse.RowValues(row));
            _buffer.SetTarget(i, block.Labels.Span[row]);
            if (_rows.HasWeights)
                _buffer.SetWeight(i, (float)(block.Weights.Span[row] / _meanWeight));
        }

        _buffer.Count = count;
        var batch = _buffer.ToRows().To(_plan.Device);
        return batch with { Features = _scale(batch.Features) };
    }
}
