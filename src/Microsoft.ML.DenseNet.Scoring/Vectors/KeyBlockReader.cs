using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>Finds the network inputs that are 1 because of a row's keys in one column.</summary>
internal abstract class KeyBlockReader
{
    /// <summary>The maximum number of inputs found in a row.</summary>
    public abstract int SlotCount { get; }

    /// <summary>Finds the inputs of the current row, in ascending order. Missing keys, and those that the column's type does not have, have none.</summary>
    /// <param name="inputs">Receives them.</param>
    /// <param name="count">The number of inputs found so far.</param>
    /// <returns>What is wrong with the row; null if nothing is.</returns>
    public abstract RowFault? Read(Span<int> inputs, ref int count);

    /// <summary>Creates a reader.</summary>
    /// <param name="row">The row, usually a cursor.</param>
    /// <param name="column">A column of keys.</param>
    /// <param name="category">The same column as the network knows it.</param>
    /// <param name="start">The network input at which its first block starts.</param>
    public static KeyBlockReader Create(DataViewRow row, DataViewSchema.Column column, CategoryColumn category, int start)
    {
        var raw = (column.Type as VectorDataViewType)?.ItemType.RawType ?? column.Type.RawType;
        return raw == typeof(uint) ? new KeyBlockReader<uint>(row, column, category, start)
            : raw == typeof(byte) ? new KeyBlockReader<byte>(row, column, category, start)
            : raw == typeof(ushort) ? new KeyBlockReader<ushort>(row, column, category, start)
            : new KeyBlockReader<ulong>(row, column, category, start);
    }
}
