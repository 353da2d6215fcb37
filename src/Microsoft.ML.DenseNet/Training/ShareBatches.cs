using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// A process's part of the batches of several: all walk through all rows in the order of one process, and each takes from every batch the
/// rows of its share.
/// </summary>
internal sealed unsafe class ShareBatches : BatchSource
{
    private readonly RowDeal _deal;
    private readonly StoredRows? _rows;
    private readonly RowBatch _all;
    private readonly EpochOrder _epoch;
    private readonly long[] _order;
    private readonly int[] _places;

    /// <param name="plan">The order, and the processes.</param>
    /// <param name="share">This process's rows.</param>
    /// <param name="batchSize">Rows per batch, of all processes together.</param>
    /// <param name="open">Opens the rows of the share, in their own order.</param>
    public ShareBatches(TrainingPlan plan, SharedRows share, int batchSize, Func<TrainingPlan, RowSet, StoredRows> open)
    {
        _deal = share.Deal;
        _epoch = new EpochOrder(plan, _deal.Count);
        _order = GC.AllocateUninitializedArray<long>(batchSize, pinned: true);
        _places = new int[batchSize];
        if (_deal.Own == 0)
            return; // more processes than rows
        _rows = open(plan with { Shuffle = false }, share.Rows);
        _all = _rows.SliceInHost(0, _deal.Own);
    }

    public override long Count => _deal.Count;

    public override bool MakesTensors => false;

    public override void StartEpoch() => _epoch.Start();

    public override void SkipEpochs(int count) => _epoch.Skip(count);

    public override TrainingRows Next(long count) => throw new NotSupportedException("Shares are trained on the CPU engine, which reads rows in place.");

    /// <summary>This process's rows of the next batch; there may be none.</summary>
    public override RowBatch NextInHost(int count)
    {
        long start = _epoch.Advance(count);
        int taken = 0;
        for (int i = 0; i < count; i++)
        {
            long row = _epoch.Order is { } order ? order[start + i] : start + i;
            int place = _deal.PlaceOf(row);
            if (place < 0)
                continue;
            _places[taken] = i;
            _order[taken++] = place;
        }

        return _all.Take((long*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_order)), 0, taken) with { Places = _places };
    }

    public override void Dispose()
    {
        _rows?.Dispose();
        base.Dispose();
    }
}
