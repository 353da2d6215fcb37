using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Batches of rows in the memory of a device that is not the CPU.</summary>
/// <param name="plan">The device and the order.</param>
/// <param name="rows">The rows, features scaled, on the device.</param>
internal sealed class DeviceBatches(TrainingPlan plan, TrainingRows rows) : StoredRows
{
    private readonly EpochOrder _epoch = new(plan, rows.Count);
    private Tensor? _order;

    public override long Count => rows.Count;

    public override Tensor Targets => rows.Targets;

    public override Tensor? Weights => rows.Weights;

    public override void StartEpoch()
    {
        _order?.Dispose();
        _epoch.Start();
        _order = _epoch.Order is { } order ? tensor(order, ScalarType.Int64).to(plan.Device).DetachFromDisposeScope() : null;
    }

    public override void SkipEpochs(int count) => _epoch.Skip(count);

    public override TrainingRows Next(long count)
    {
        long start = _epoch.Advance(count);
        if (_order is null)
            return Slice(start, count);
        var indices = _order.narrow(0, start, count);
        return new TrainingRows(rows.Features.index_select(0, indices), rows.Targets.index_select(0, indices), rows.Weights?.index_select(0, indices)) { Labels = rows.Labels.index_select(0, indices) };
    }

    public override TrainingRows Slice(long start, long count) => rows.Slice(start, count);

    public override void Dispose()
    {
        _order?.Dispose();
        base.Dispose();
    }
}
