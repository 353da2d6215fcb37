using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Batches of sparse rows: kept without their zeros, and written out batch by batch if the training run needs it.</summary>
internal sealed unsafe class SparseBatches : StoredRows
{
    private readonly TrainingPlan _plan;
    private readonly RowSet _rows;
    private readonly TrainingRows _host; // keeps the labels and weights that the pointers refer to
    private readonly Func<Tensor, Tensor> _scale;
    private readonly EpochOrder _epoch;
    private readonly BatchBuffer _buffer;
    private readonly SparseTable _table;
    private readonly RowBatch _hostRows;
    private readonly bool _keepsSparse;
    private readonly float* _labels;
    private readonly float* _weights;

    /// <param name="plan">The task, the device and the order.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="batchSize">The most rows requested at once.</param>
    /// <param name="scale">The input scaling.</param>
    /// <param name="sparse">The same for rows that are never written out; null if they are.</param>
    public SparseBatches(TrainingPlan plan, RowSet rows, int batchSize, Func<Tensor, Tensor> scale, SparseScaling? sparse)
    {
        _plan = plan;
        rows = sparse?.Apply(rows) ?? rows;
        _rows = rows;
        _scale = scale;
        _epoch = new EpochOrder(plan, rows.Count);
        _keepsSparse = sparse is not null;
        _buffer = new BatchBuffer(plan.Task, batchSize, rows.Width, rows.HasWeights, isSparse: true, writesZeros: !_keepsSparse);
        _table = rows.SparseTable();

        var onHost = TrainingRows.From(new RowSet(0, rows.HasWeights, [.. rows.Blocks.Select(block => block with { Sparse = null })]).WithMeanWeight(rows.CommonMeanWeight), plan.Task, CPU, features => features);
        _labels = TrainingRows.Pointer(onHost.Labels);
        _weights = onHost.Weights is { } weights ? TrainingRows.Pointer(weights) : null;
        _hostRows = new RowBatch(null, rows.Width, _labels, _weights, null, checked((int)rows.Count), _table);
        _host = onHost;
        Targets = onHost.Targets.to(plan.Device);
        Weights = onHost.Weights?.to(plan.Device);
    }

    public override long Count => _rows.Count;

    public override Tensor Targets { get; }

    public override Tensor? Weights { get; }

    public override void StartEpoch() => _epoch.Start();

    public override void SkipEpochs(int count) => _epoch.Skip(count);

    public override TrainingRows Next(long count) => Gather(_epoch.Advance(count), (int)count, _epoch.Order);

    public override TrainingRows Slice(long start, long count) => Gather(start, (int)count, null);

    public override bool MakesTensors => !_keepsSparse;

    /// <summary>If rows stay without zeros, a step copies nothing: the rows in place, in the epoch's order.</summary>
    public override RowBatch NextInHost(int count) => _keepsSparse ? _epoch.Take(in _hostRows, count) : base.NextInHost(count);

    public override RowBatch SliceInHost(long start, int count) => _keepsSparse ? _hostRows.Take(null, start, count) : base.SliceInHost(start, count);

    private TrainingRows Gather(long start, int count, long[]? order)
    {
        for (int i = 0; i < count; i++)
        {
            long number = order is null ? start + i : order[start + i];
            _table.Row(number, out var slots, out var values);
            _buffer.SetSparse(i, slots, values);
            _buffer.SetTarget(i, _labels[number]);
            _buffer.SetWeight(i, _weights is null ? 1 : _weights[number]);
        }

        _buffer.Count = count;
        var batch = _buffer.ToRows().To(_plan.Device);
        return _keepsSparse ? batch : batch with { Features = _scale(batch.Features) };
    }
}
