using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>Values of one column, for the rows that a cursor has read ahead.</summary>
internal abstract class ColumnBuffer
{
    private protected ColumnBuffer()
    {
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
