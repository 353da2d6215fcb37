using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Batches of dense rows in host memory: one pass copies a batch's rows into a reused buffer.</summary>
internal sealed unsafe class HostBatches : StoredRows
{
    private readonly TrainingPlan _plan;
    private readonly TrainingRows _rows;
    private readonly int _width;
    private readonly EpochOrder _epoch;
    private readonly BatchBuffer? _buffer;
    private readonly RowBatch _hostRows;
    private readonly float* _features;
    private readonly float* _labels;
    private readonly float* _weights;

    /// <param name="plan">The task, the device and the order.</param>
    /// <param name="rows">The rows, features scaled, on the CPU, contiguous.</param>
    /// <param name="batchSize">Rows per batch.</param>
    public HostBatches(TrainingPlan plan, TrainingRows rows, int batchSize)
    {
        _plan = plan;
        _rows = rows;
        _width = (int)rows.Features.shape[1];
        _features = (float*)TensorMemory.Pointer(rows.Features);
        _labels = (float*)TensorMemory.Pointer(rows.Labels);
        if (rows.Weights is { } weights)
            _weights = (float*)TensorMemory.Pointer(weights);
        _hostRows = rows.InHost();
        _epoch = new EpochOrder(plan, rows.Count);
        _buffer = plan.Shuffle ? new BatchBuffer(plan.Task, batchSize, _width, rows.Weights is not null) : null;

        Targets = rows.Targets.to(plan.Device);
        Weights = rows.Weights?.to(plan.Device);
    }

    public override long Count => _rows.Count;

    public override Tensor Targets { get; }

    public override Tensor? Weights { get; }

    public override void StartEpoch() => _epoch.Start();

    public override void SkipEpochs(int count) => _epoch.Skip(count);

    public override TrainingRows Next(long count)
    {
        long start = _epoch.Advance(count);
        if (_epoch.Order is not { } places)
            return Slice(start, count);
        var buffer = _buffer!;
        var order = places.AsSpan((int)start, (int)count);
        for (int i = 0; i < order.Length; i++)
        {
            long row = order[i];
            new ReadOnlySpan<float>(_features + ((nint)row * _width), _width).CopyTo(buffer.Features(i));
            buffer.SetTarget(i, _labels[row]);
            buffer.SetWeight(i, _weights is null ? 1 : _weights[row]);
        }

        buffer.Count = order.Length;
        return buffer.ToRows().To(_plan.Device);
    }

    public override bool MakesTensors => false;

    /// <summary>No copy at all: the rows in place, in the epoch's order.</summary>
    public override RowBatch NextInHost(int count) => _epoch.Take(in _hostRows, count);

    public override TrainingRows Slice(long start, long count) => (count == Count ? _rows : _rows.Slice(start, count)).To(_plan.Device);
}
