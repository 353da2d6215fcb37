using System.Runtime.ExceptionServices;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// A cursor that exposes its input's rows unchanged and computes the network's outputs for blocks of them: when outputs are requested,
/// it reads ahead, keeps the active columns' values of the rows it passes, and computes all rows at once.
/// </summary>
/// <remarks>
/// <para>
/// Reading ahead computes the active columns of rows whose values the consumer may never read. So it begins when the consumer has read
/// every active column of <see cref="ReadsToBegin"/> consecutive rows whose outputs it requested, and stops after a block in which it
/// read some column in fewer than half of the rows; it may begin again later. Until then, rows are computed as they come, and only
/// columns that are read. What remains: up to half of a column's values in each block may be computed for nothing, and any number in
/// the last block, of up to <see cref="MaximumBlock"/> rows, if a consumer that has read everything stops doing so or ends. Without
/// active columns besides the outputs, blocks are read from the start.
/// </para>
/// Everything looks as it does row by row. The input is read once, and each row's active columns, batch and id are kept together, so
/// shuffled, parallel and non-repeatable inputs need no special care. Failures while reading ahead are deferred until the consumer
/// gets there: a block ends before a row whose getters throw, and that row is then read directly; an exception from the input's
/// MoveNext is thrown by the corresponding MoveNext.
/// </remarks>
internal sealed class BlockCursor : DataViewRowCursor, INetworkOutputs
{
    private const int FirstBlock = 8;
    private const int MaximumBlock = 2048;

    /// <summary>The number of rows whose active columns must all have been read before others are read ahead.</summary>
    private const int ReadsToBegin = 8;

    /// <summary>The maximum number of values in the features, the outputs, or the kept columns of a block.</summary>
    private const int MaximumNumbers = 1 << 20;

    private readonly DataViewRowCursor _input;
    private readonly TrainedNetwork _network;
    private readonly DataViewSchema.Column _feature;
    private readonly InputReader _reader;
    private readonly Dictionary<int, ColumnBuffer> _kept = [];
    private readonly ColumnBuffer[] _columns;
    private readonly ColumnBuffer<DataViewRowId> _ids;
    private readonly OutputBlock _block;
    private readonly RowOutputs _single;
    private readonly int _limit;

    private long[] _batches = [];
    private VBuffer<float> _features;
    private int _capacity;

    // The block: rows [0, _count), the cursor is at _index. No block while _count is 0: the cursor is where its input is.
    private int _count;
    private int _index;
    private long _start;
    private int _asked;
    private int _lastAsked = -1;

    // The rows of the last block, until what was read of them is known.
    private int _rows;
    private Ahead _ahead;
    private ExceptionDispatchInfo? _exception;

    // Row by row: whether the row's outputs were requested, and for how many such rows in succession every column was read.
    private bool _isAsked;
    private int _readRows;

    /// <param name="input">The rows; disposed with this cursor.</param>
    /// <param name="network">The network.</param>
    /// <param name="columns">The columns that it reads, active in the input.</param>
    /// <param name="wanted">The columns of the input that the consumer may read.</param>
    /// <param name="threads">How many threads may share a block.</param>
    public BlockCursor(
        DataViewRowCursor input, TrainedNetwork network, InputColumns columns, IEnumerable<DataViewSchema.Column> wanted, int threads)
    {
        _input = input;
        _network = network;
        _feature = columns.Features;
        _limit = Math.Clamp(MaximumNumbers / Math.Max(network.Layout.InputWidth, network.Layout.OutputWidth), 1, MaximumBlock);
        _block = new OutputBlock(network, threads);
        _single = new RowOutputs(network, input, columns, cache: true);
        _ids = new ColumnBuffer<DataViewRowId>(input.GetIdGetter());
        _reader = columns.Read(input);
        foreach (var column in wanted)
            _kept[column.Index] = ColumnBuffer.Create(input, column);
        _columns = [.. _kept.Values];
    }

    private enum Ahead
    {
        /// <summary>The input is on the block's last row.</summary>
        Nothing,

        /// <summary>The input is on the row after the block.</summary>
        Row,

        /// <summary>The input has ended.</summary>
        End,

        /// <summary>The input's MoveNext has thrown.</summary>
        Exception,
    }

    public override DataViewSchema Schema => _input.Schema;

    public override long Position => _count > 0 ? _start + _index : _input.Position;

    public override long Batch => _count > 0 ? _batches[_index] : _input.Batch;

    /// <summary>Whether this cursor computes the outputs of that network from that column.</summary>
    public bool Serves(TrainedNetwork network, DataViewSchema.Column feature) =>
        ReferenceEquals(network, _network) && feature.Index == _feature.Index;

    public override bool MoveNext()
    {
        Leave();
        if (_index + 1 < _count)
        {
            _index++;
            return true;
        }

        if (_count == 0)
            return _input.MoveNext();

        _count = 0;
        _index = 0;
        var ahead = _ahead;
        _ahead = Ahead.Nothing;
        switch (ahead)
        {
            case Ahead.Row:
                return true;
            case Ahead.End:
                return false;
            case Ahead.Exception:
                _exception!.Throw();
                return false;
            default:
                return _input.MoveNext();
        }
    }

    public ReadOnlySpan<float> Current()
    {
        if (_count == 0 && !(ReadsAhead() && Fill()))
        {
            _isAsked = true;
            return _single.Current();
        }

        if (_lastAsked != _index)
        {
            _lastAsked = _index;
            _asked++;
        }

        return _block.Output(_index);
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => _kept.ContainsKey(column.Index);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!_kept.TryGetValue(column.Index, out var buffer))
            throw Contracts.ExceptParam(nameof(column), $"Column '{column.Name}' is not active.");
        return buffer.CreateGetter(CurrentIndex) as ValueGetter<TValue>
            ?? throw Contracts.ExceptParam(nameof(TValue), $"Column '{column.Name}' holds {column.Type.RawType}, not {typeof(TValue)}.");
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ValueGetter<DataViewRowId>)_ids.CreateGetter(CurrentIndex);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _input.Dispose();
        base.Dispose(disposing);
    }

    private int CurrentIndex() => _count > 0 ? _index : -1;

    /// <summary>Records what was read of the row that the cursor is leaving.</summary>
    private void Leave()
    {
        bool all = true;
        foreach (var column in _columns)
            all &= column.Leave();
        if (_isAsked)
            _readRows = all ? _readRows + 1 : 0;
        _isAsked = false;
    }

    /// <summary>Whether the consumer has read the active columns of enough rows to be expected to read those of the next.</summary>
    private bool ReadsAhead()
    {
        if (_rows > 0)
        {
            foreach (var column in _columns)
            {
                if (2 * column.Reads < _rows)
                    (_readRows, _asked) = (0, 0);
            }

            _rows = 0;
        }

        return _columns.Length == 0 || _readRows >= ReadsToBegin;
    }

    /// <summary>Reads a block, starting at the input's row. Returns false if not even that row can be kept: it is then read directly.</summary>
    private bool Fill()
    {
        _start = _input.Position;
        if (_start < 0)
            return false;

        // Few rows at first, for consumers that stop early; then four times the number requested from the last block.
        EnsureCapacity(Math.Clamp(4 * _asked, Math.Min(FirstBlock, _limit), _limit));
        _block.Clear();
        int rows = 0;
        long numbers = 0;
        _ahead = Ahead.Row;
        while (Take(rows, ref numbers))
        {
            rows++;
            _ahead = rows < _capacity && numbers < MaximumNumbers ? Move() : Ahead.Nothing;
            if (_ahead != Ahead.Row)
                break;
        }

        if (rows == 0)
            return false;

        _block.Compute();
        foreach (var column in _columns)
            column.Reads = 0;
        _count = rows;
        _rows = rows;
        _index = 0;
        _asked = 0;
        _lastAsked = -1;
        return true;
    }

    /// <summary>Keeps the input's row; returns false if one of its getters fails, for whatever reason: the consumer may never call it.</summary>
    private bool Take(int row, ref long numbers)
    {
        try
        {
            foreach (var column in _columns)
                numbers += column.Take(row);
            _ids.Take(row);
            if (_reader.Read(ref _features) is not null)
                return false;
            _block.Add(row, in _features);
        }
        catch (Exception)
        {
            return false;
        }

        _batches[row] = _input.Batch;
        return true;
    }

    private Ahead Move()
    {
        try
        {
            return _input.MoveNext() ? Ahead.Row : Ahead.End;
        }
        catch (Exception e)
        {
            _exception = ExceptionDispatchInfo.Capture(e);
            return Ahead.Exception;
        }
    }

    private void EnsureCapacity(int rows)
    {
        _capacity = rows;
        if (rows <= _batches.Length)
            return;

        Array.Resize(ref _batches, rows);
        _block.Resize(rows);
        _ids.Resize(rows);
        foreach (var column in _columns)
            column.Resize(rows);
    }
}
