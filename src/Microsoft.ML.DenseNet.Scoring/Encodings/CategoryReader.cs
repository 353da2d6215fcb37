namespace Microsoft.ML.DenseNet;

/// <summary>Reads a column's categories row by row, whatever their type.</summary>
internal abstract class CategoryReader
{
    private static readonly Dictionary<Type, Func<DataViewRow, DataViewSchema.Column, CategoryReader>> Factories = new()
    {
        [typeof(ReadOnlyMemory<char>)] = Create<ReadOnlyMemory<char>>,
        [typeof(bool)] = Create<bool>,
        [typeof(sbyte)] = Create<sbyte>,
        [typeof(byte)] = Create<byte>,
        [typeof(short)] = Create<short>,
        [typeof(ushort)] = Create<ushort>,
        [typeof(int)] = Create<int>,
        [typeof(uint)] = Create<uint>,
        [typeof(long)] = Create<long>,
        [typeof(ulong)] = Create<ulong>,
    };

    /// <summary>The values of a row: 1 for a scalar column.</summary>
    public abstract int Slots { get; }

    /// <summary>Creates the reader of a column for which <see cref="CategoryType.Of"/> is not null.</summary>
    public static CategoryReader Create(DataViewRow row, DataViewSchema.Column column) => Factories[CategoryType.Of(column.Type)!.Value.Item.RawType](row, column);

    /// <summary>Reads the row at which the cursor is.</summary>
    public abstract void Read();

    /// <inheritdoc cref="CategoryMap.Find{T}(in T)"/>
    public abstract int Find(CategoryMap map, int slot);

    /// <inheritdoc cref="CategoryMap.FindOrAdd{T}(in T)"/>
    public abstract int FindOrAdd(CategoryMap map, int slot);

    /// <summary>Returns a value that is no text as a number.</summary>
    public abstract long Number(int slot);

    /// <summary>Returns a hash of a value that is the same in every process.</summary>
    public abstract ulong Hash(int slot);

    private static CategoryReader<T> Create<T>(DataViewRow row, DataViewSchema.Column column) => new CategoryReader<T>(row, column);
}
