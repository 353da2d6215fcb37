namespace Microsoft.ML.DenseNet;

/// <summary>Keeps a uniform sample of bounded size of the rows offered to it: those with the lowest draws.</summary>
internal sealed class RowSampler
{
    private readonly int _width;
    private readonly bool _hasWeights;
    private readonly int _capacity;
    private readonly BlockBuilder _builder;
    private readonly List<ulong> _draws = [];
    private readonly List<long> _numbers = [];
    private List<RowBlock> _blocks = [];
    private ulong _threshold = ulong.MaxValue;

    /// <param name="width">The number of features.</param>
    /// <param name="hasWeights">Whether rows have weights.</param>
    /// <param name="form">How rows are stored.</param>
    /// <param name="capacity">The maximum size of the final sample; up to twice as many rows are kept meanwhile.</param>
    public RowSampler(int width, bool hasWeights, RowForm form, int capacity)
    {
        _width = width;
        _hasWeights = hasWeights;
        _capacity = capacity;
        _builder = new BlockBuilder(width, hasWeights, form);
    }

    /// <summary>Offers a row, which may or may not be kept.</summary>
    /// <param name="block">The row's block.</param>
    /// <param name="row">Its place in the block.</param>
    /// <param name="draw">Its random number.</param>
    /// <param name="number">Its number in the data.</param>
    public void Offer(RowBlock block, int row, ulong draw, long number)
    {
        if (draw >= _threshold)
            return;
        _builder.Add(block, row, 1);
        _draws.Add(draw);
        _numbers.Add(number);
        if (_builder.IsFull)
            _blocks.Add(_builder.Build());
        if (_draws.Count >= 2L * _capacity)
            Thin();
    }

    /// <summary>Returns the sample of the rows that were offered to all of several processes, in the order of their numbers.</summary>
    /// <param name="peers">The processes; all of them must make this call.</param>
    /// <param name="offered">The number of rows that were offered to all of them.</param>
    /// <param name="capacity">The maximum size of the sample, the same in every process and at most this one's.</param>
    /// <param name="end">A number above those of all rows.</param>
    public RowSet Join(RowPeers peers, long offered, int capacity, long end)
    {
        if (_builder.Rows > 0)
            _blocks.Add(_builder.Build());
        ulong[] draws = OfAll(peers, offered > capacity ? Enough(offered, capacity) : ulong.MaxValue);
        if (draws.Length < Math.Min(offered, capacity))
            draws = OfAll(peers, ulong.MaxValue);
        Array.Sort(draws);
        Keep(offered > capacity ? draws[capacity] : ulong.MaxValue);
        var own = new RowSet(_width, _hasWeights, _blocks);
        return RowExchange.Gather(peers, own, place => _numbers[(int)place], end, _builder.Form);
    }

    /// <summary>Returns the sample, in the order in which the rows came.</summary>
    public RowSet ToRows()
    {
        if (_draws.Count > _capacity)
            Thin();
        if (_builder.Rows > 0)
            _blocks.Add(_builder.Build());
        return new RowSet(_width, _hasWeights, _blocks);
    }

    private void Thin()
    {
        if (_builder.Rows > 0)
            _blocks.Add(_builder.Build());
        ulong[] sorted = [.. _draws];
        Array.Sort(sorted);
        Keep(sorted[_capacity]);
    }

    /// <summary>A draw that more than enough rows will be below, but not many more: so much fewer draws must travel.</summary>
    private static ulong Enough(long offered, int capacity)
    {
        double share = (capacity + (8 * Math.Sqrt(capacity)) + 1) / offered;
        return share >= 1 ? ulong.MaxValue : (ulong)Math.ScaleB(share, 64);
    }

    /// <summary>The draws below a limit of all processes.</summary>
    private ulong[] OfAll(RowPeers peers, ulong limit)
    {
        ulong[] own = [.. _draws.Where(draw => draw < limit)];
        return [.. peers.Exchange(writer => writer.Write<ulong>(own)).SelectMany(reader => reader.ReadArray<ulong>())];
    }

    /// <summary>Drops all rows but those whose draw is below a threshold.</summary>
    private void Keep(ulong threshold)
    {
        _threshold = threshold;
        _blocks = [.. new RowSet(_width, _hasWeights, _blocks).Where(row => _draws[(int)row] < threshold).Blocks];
        int kept = 0;
        for (int i = 0; i < _draws.Count; i++)
        {
            if (_draws[i] >= threshold)
                continue;
            (_draws[kept], _numbers[kept]) = (_draws[i], _numbers[i]);
            kept++;
        }

        _draws.RemoveRange(kept, _draws.Count - kept);
        _numbers.RemoveRange(kept, _numbers.Count - kept);
    }
}
