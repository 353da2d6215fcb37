namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Rows of a network's input that were drawn from data.</summary>
internal sealed class RowSample
{
    /// <summary>The most values to keep: 64 MiB.</summary>
    private const long MaximumValues = 1 << 24;

    private readonly List<(long Number, float[] Values)> _rows;

    private RowSample(List<(long Number, float[] Values)> rows, long dataRows)
    {
        _rows = rows;
        DataRowCount = dataRows;
        Numbers = [.. rows.Select(row => row.Number)];
    }

    public int Count => _rows.Count;

    /// <summary>The number of each row in the data, ascending.</summary>
    public IReadOnlyList<long> Numbers { get; }

    /// <summary>The number of rows in the data.</summary>
    public long DataRowCount { get; }

    /// <summary>Draws rows, each as likely as any other.</summary>
    public static RowSample Read(TrainedNetwork network, IDataView data, ExplainedRowsOptions options)
    {
        int width = network.Layout.InputWidth, maximum = (int)Math.Clamp(MaximumValues / width, 1, options.MaximumRows);
        var random = new Random(options.Seed);
        var rows = new List<(long Number, float[] Values)>();
        long count = 0;
        foreach (var row in NetworkRows.Read(network, data, options.FeatureColumnName))
        {
            // Vitter's algorithm R.
            long place = count < maximum ? count : random.NextInt64(count + 1);
            if (place < maximum)
            {
                float[] values = new float[width];
                row.CopyTo(values);
                if (place == rows.Count)
                    rows.Add((count, values));
                else
                    rows[(int)place] = (count, values);
            }

            count++;
        }

        rows.Sort((first, second) => first.Number.CompareTo(second.Number));
        return new RowSample(rows, count);
    }

    public ReadOnlySpan<float> Row(int row) => _rows[row].Values;
}
