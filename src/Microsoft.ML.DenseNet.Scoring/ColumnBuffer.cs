using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>Values of one column, for the rows that a cursor has read ahead.</summary>
internal abstract class ColumnBuffer
{
    private protected ColumnBuffer()
    {
    }

    /// <summary>How many rows had their value read before the cursor left them, since this was last set.</summary>
    public int Reads { get; set; }

    /// <summary>Whether the value of the current row was read.</summary>
    private protected bool IsRead { get; set; }

    /// <summary>Records that the cursor leaves a row.</summary>
    /// <returns>Whether the row's value was read.</returns>
    public bool Leave()
    {
        if (!IsRead)
            return false;
        IsRead = false;
        Reads++;
        return true;
    }

    /// <summary>Makes room for that many rows.</summary>
    public abstract void Resize(int rows);

    /// <summary>Keeps the value of the cursor's current row as row <paramref name="index"/>.</summary>
    /// <returns>Roughly how much memory it takes, in units of one number.</returns>
    public abstract int Take(int index);

    /// <summary>Creates a getter that reads the row that <paramref name="current"/> returns, or the cursor itself if it returns none (-1).</summary>
    public abstract Delegate CreateGetter(Func<int> current);

    /// <summary>Creates a buffer for a column of a primitive or a vector type; other types may own what they hold, so they cannot be kept.</summary>
    public static ColumnBuffer Create(DataViewRow row, DataViewSchema.Column column)
    {
        var type = column.Type is VectorDataViewType vector
            ? typeof(VectorColumnBuffer<>).MakeGenericType(vector.ItemType.RawType)
            : typeof(ColumnBuffer<>).MakeGenericType(column.Type.RawType);
        return (ColumnBuffer)Activator.CreateInstance(type, RowCursorUtils.GetGetterAsDelegate(row, column.Index))!;
    }
}
