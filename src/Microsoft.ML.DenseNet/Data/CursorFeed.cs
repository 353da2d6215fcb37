using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>Reads the columns needed for training from one cursor.</summary>
internal sealed class CursorFeed : IRowFeed
{
    private const int RowsBetweenChecks = 64;

    private readonly DataViewRowCursor _cursor;
    private readonly InputReader _input;
    private readonly ValueGetter<bool>? _readFlag;
    private readonly ValueGetter<float>? _readLabel;
    private readonly ValueGetter<float>? _readWeight;
    private readonly Action<Span<ulong>>? _readSplitKeys;
    private VBuffer<float> _row;
    private bool _flag;

    /// <param name="cursor">The cursor, which the feed disposes.</param>
    /// <param name="input">The columns of the features.</param>
    /// <param name="label">Boolean, key or <see cref="float"/>.</param>
    /// <param name="weight">A <see cref="float"/>; null for none.</param>
    /// <param name="split">The columns that decide which rows may validate which.</param>
    public CursorFeed(DataViewRowCursor cursor, InputColumns input, DataViewSchema.Column label, DataViewSchema.Column? weight, SplitColumns split)
    {
        _cursor = cursor;
        _input = input.Read(cursor);
        if (label.Type is BooleanDataViewType)
            _readFlag = cursor.GetGetter<bool>(label);
        else
            _readLabel = LabelGetter(cursor, label);
        _readWeight = weight is { } column ? cursor.GetGetter<float>(column) : null;
        _readSplitKeys = split.Getter(cursor);
    }

    /// <summary>The batch of the last row the cursor moved to, whether read or not, if batches are requested.</summary>
    public long Batch { get; private set; } = long.MinValue;

    RowForm IRowFeed.Form
    {
        set
        {
            // The block being filled decides.
        }
    }

    public bool Fill(BlockBuilder block, CancellationToken cancellationToken) => Fill(block, null, cancellationToken);

    /// <summary>Adds rows until the block is full or there are no more rows.</summary>
    /// <param name="block">The block.</param>
    /// <param name="batches">Receives, for each run of rows, its batch, which orders the rows of several cursors, and its end (exclusive); null for one cursor.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    public bool Fill(BlockBuilder block, List<(long Batch, int End)>? batches, CancellationToken cancellationToken)
    {
        while (!block.IsFull)
        {
            if (block.Rows % RowsBetweenChecks == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (!_cursor.MoveNext())
                return false;
            int row = block.Rows;
            if (batches is not null)
                Batch = _cursor.Batch;
            _readWeight?.Invoke(ref block.Weights[row]);
            if (_readWeight is not null && block.Weights[row] == 0)
                block.AddWeightless();
            else
                Add(block, row);
            if (batches is null)
                continue;
            if (batches.Count > 0 && batches[^1].Batch == Batch)
                batches[^1] = (Batch, row + 1);
            else
                batches.Add((Batch, row + 1));
        }

        return true;
    }

    public void Dispose() => _cursor.Dispose();

    private void Add(BlockBuilder block, int row)
    {
        if (_readFlag is not null)
        {
            _readFlag(ref _flag);
            block.Labels[row] = _flag ? 1 : 0;
        }
        else
        {
            _readLabel!(ref block.Labels[row]);
        }

        _readSplitKeys?.Invoke(block.SplitKeys(row));
        if (_input.Read(ref _row) is { } fault)
            throw new MalformedRowException(fault);
        block.Add(in _row);
    }

    private static ValueGetter<float> LabelGetter(DataViewRow cursor, DataViewSchema.Column label)
    {
        switch (label.Type)
        {
            case KeyDataViewType key when key.RawType == typeof(uint):
                return KeyGetter(cursor.GetGetter<uint>(label));
            case KeyDataViewType key when key.RawType == typeof(byte):
                return KeyGetter(cursor.GetGetter<byte>(label));
            case KeyDataViewType key when key.RawType == typeof(ushort):
                return KeyGetter(cursor.GetGetter<ushort>(label));
            case KeyDataViewType:
                return KeyGetter(cursor.GetGetter<ulong>(label));
            default:
                return cursor.GetGetter<float>(label);
        }
    }

    /// <summary>Class numbers from 0; a missing key, 0, becomes NaN.</summary>
    private static ValueGetter<float> KeyGetter<TKey>(ValueGetter<TKey> read)
        where TKey : struct, IConvertible
    {
        TKey key = default;
        return (ref float value) =>
        {
            read(ref key);
            ulong number = key.ToUInt64(CultureInfo.InvariantCulture);
            value = number == 0 ? float.NaN : number - 1;
        };
    }
}
