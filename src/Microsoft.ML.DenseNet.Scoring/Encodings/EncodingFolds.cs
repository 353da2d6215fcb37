using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Assigns rows to folds. A row's fold depends on its id, which ML.NET keeps through shuffling, parallel cursors and caches, so every pass
/// over the same data finds it again; with a sampling key it depends on that value, so that equal values share a fold.
/// </summary>
/// <param name="Count">The number of folds.</param>
/// <param name="SamplingKeyColumnName">The column of the sampling key; null for none.</param>
internal sealed record EncodingFolds(int Count, string? SamplingKeyColumnName)
{
    /// <summary>The sampling key's column; null for none.</summary>
    public DataViewSchema.Column? KeyColumn(DataViewSchema schema)
    {
        if (SamplingKeyColumnName is null)
            return null;
        var column = schema.GetColumnOrNull(SamplingKeyColumnName) ?? throw new InvalidOperationException($"Sampling key column '{SamplingKeyColumnName}' not found.");
        return CategoryType.Of(column.Type) is { Slots: 0 } ? column : throw new InvalidOperationException($"Sampling key column '{column.Name}' is {column.Type}, but text, a key, a Boolean or an integer is needed.");
    }

    /// <summary>Returns a function that tells the fold of the row at which the cursor is.</summary>
    public Func<int> Of(DataViewRow row)
    {
        if (KeyColumn(row.Schema) is { } column)
        {
            var reader = CategoryReader.Create(row, column);
            return () =>
            {
                reader.Read();
                return Fold(reader.Hash(0));
            };
        }

        var getId = row.GetIdGetter();
        return () =>
        {
            DataViewRowId id = default;
            getId(ref id);
            return Fold(id.Low ^ Mix(id.High));
        };
    }

    /// <summary>Returns a hash of a number.</summary>
    public static ulong Mix(ulong value) => SplitMix.Mix(value + SplitMix.Golden);

    private int Fold(ulong hash) => (int)(Mix(hash) % (ulong)Count);
}
