using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>Values of one column, for the rows that a cursor has read ahead.</summary>
internal abstract class ColumnBuffer
{
    private protected ColumnBuffer()
    {
    }

    /// <summary>How many of the rows that the cursor left have had their value read, since this was last set.</summary>
    public int Reads { get; set; }

    /// <summary>Whether the value of the current row was read.</summary>
    private protected bool IsRead { get; set; }

    /// <summary>The cursor leaves a row.</summary>
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

    /// <summary>Takes the value of the row at which the cursor stands, as row <paramref name="index"/>.</summary>
    /// <returns>About how much memory it takes, in units of a number.</returns>
    public abstract int Take(int index);

    /// <summary>Makes a getter that reads the row <paramref name="current"/> names, or the cursor itself where it names none (-1).</summary>
    public abstract Delegate CreateGetter(Func<int> current);

    /// <summary>Makes a buffer for a column of a primitive or a vector type; other types may own what they hold, so they cannot be kept.</summary>
    public static ColumnBuffer Create(DataViewRow row, DataViewSchema.Column column)
    {
        var type = column.Type is VectorDataViewType vector
            ? typeof(VectorColumnBuffer<>).MakeGenericType(vector.ItemType.RawType)
            : typeof(ColumnBuffer<>).MakeGenericType(column.Type.RawType);
        return (ColumnBuffer)Activator.CreateInstance(type, RowCursorUtils.GetGetterAsDelegate(row, column.Index))!;
    }
}
