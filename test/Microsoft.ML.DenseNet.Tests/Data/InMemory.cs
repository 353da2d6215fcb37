using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Rows of tests as an <see cref="IDataView"/>.</summary>
internal static class InMemory
{
    /// <summary>Columns Features, Label (Boolean) and Weight.</summary>
    public static IDataView ToDataView(MLContext mlContext, RowSet rows)
    {
        var schema = SchemaDefinition.Create(typeof(BinaryRow));
        schema[nameof(BinaryRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows.Width);
        return mlContext.Data.LoadFromEnumerable(
            rows.Blocks.SelectMany(block => Enumerable.Range(0, block.Rows).Select(row => new BinaryRow
            {
                Features = block.Features.Slice(row * rows.Width, rows.Width).ToArray(),
                Label = block.Labels.Span[row] != 0,
                Weight = rows.HasWeights ? block.Weights.Span[row] : 1,
            })),
            schema);
    }

    private sealed class BinaryRow
    {
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }

        public float Weight { get; set; }
    }
}
