namespace Microsoft.ML.DenseNet;

/// <summary>Keeps a uniform sample of bounded size of the rows offered to it: those with the lowest draws.</summary>
internal sealed class RowSampler
{
    private readonly int _width;
    private readonly bool _hasWeights;
    private readonly int _capacity;
    private readonly BlockBuilder _builder;
    private readonly List<ulong> _draws = [];
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
    public void Offer(RowBlock block, int row, ulong draw)
    {
        if (draw >= _threshold)
            return;
        _builder.Add(block, row, 1);
        _draws.Add(draw);
        if (_builder.IsFull)
            _blocks.Add(_builder.Build());
        if (_draws.Count >= 2L * _capacity)
            Thin();
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
        _threshold = sorted[_capacity];
        _blocks = [.. new RowSet(_width, _hasWeights, _blocks).Where(row => _draws[(int)row] < _threshold).Blocks];
        _draws.RemoveAll(draw => draw >= _threshold);
    }
}
