using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>Counts in how many training rows each value of a column occurs, and replaces the value by that number.</summary>
/// <remarks>
/// Reads the data once; memory grows with the number of different values. A value that did not occur becomes 0. Missing values (empty text,
/// key 0) are counted as a value. Each slot of a vector is counted separately. Labels take no part, so nothing leaks into training rows.
/// </remarks>
public sealed class CountEncodingEstimator : IEstimator<CategoryEncodingTransformer>
{
    private readonly IHost _host;
    private readonly EncodingColumns _columns;
    private readonly CountEncodingKind _kind;

    internal CountEncodingEstimator(IHostEnvironment env, InputOutputColumnPair[] columns, CountEncodingKind kind)
    {
        Guard.Defined(kind, "outputKind");
        _host = env.Register(nameof(CountEncodingEstimator));
        _columns = new EncodingColumns(_host, columns);
        _kind = kind;
    }

    /// <summary>Counts the values.</summary>
    /// <param name="input">The training rows, at least one.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">There are no rows.</exception>
    public CategoryEncodingTransformer Fit(IDataView input)
    {
        _host.CheckValue(input, nameof(input));
        var columns = _columns.Find(input.Schema);
        var counts = columns.Select(column => Enumerable.Range(0, Math.Max(1, column.Slots)).Select(_ => new SlotCounts()).ToArray()).ToArray();
        long rows = Read(input, [.. columns.Select(column => column.Column)], counts);
        if (rows == 0)
            throw _host.Except("The data has no rows: count encoding needs at least one.");
        return new CategoryEncodingTransformer(_host, _columns.Pairs, [.. columns.Zip(counts, (column, slots) => new EncodedColumn(
            column.Item,
            column.Slots,
            [.. slots.Select(slot => slot.Map)],
            [.. slots.Select(slot => slot.Counts.Select(count => Encode(count, rows)).ToArray())],
            Unseen: [0],
            Names: null))]);
    }

    /// <summary>Returns the schema with the encoded columns.</summary>
    /// <param name="inputSchema">The schema of the input.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        return _columns.AddTo(inputSchema, hasNames: false);
    }

    private static long Read(IDataView input, DataViewSchema.Column[] columns, SlotCounts[][] counts)
    {
        using var cursor = input.GetRowCursor(columns);
        CategoryReader[] readers = [.. columns.Select(column => CategoryReader.Create(cursor, column))];
        long rows = 0;
        for (; cursor.MoveNext(); rows++)
        {
            for (int i = 0; i < readers.Length; i++)
            {
                readers[i].Read();
                for (int slot = 0; slot < counts[i].Length; slot++)
                    counts[i][slot].Add(readers[i], slot);
            }
        }

        return rows;
    }

    private float Encode(long count, long rows) => _kind switch
    {
        CountEncodingKind.Count => count,
        CountEncodingKind.Share => (float)((double)count / rows),
        _ => (float)Math.Log(1.0 + count),
    };

    private sealed class SlotCounts
    {
        public CategoryMap Map { get; } = new();

        public List<long> Counts { get; } = [];

        public void Add(CategoryReader reader, int slot)
        {
            int index = reader.FindOrAdd(Map, slot);
            if (index == Counts.Count)
                Counts.Add(0);
            Counts[index]++;
        }
    }
}
