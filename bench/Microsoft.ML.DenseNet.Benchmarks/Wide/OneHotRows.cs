using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Benchmarks.Wide;

/// <summary>
/// Rows with the one-hot block of an id and four numbers; the id's effect and a product of two numbers decide the label, with noise.
/// ML.NET's one-hot encoding makes the block, with the annotation that says which slots belong to it.
/// </summary>
internal static class OneHotRows
{
    private const int Numbers = 4;

    /// <summary>Creates rows.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="ids">The number of ids.</param>
    /// <param name="isDense">Whether the vectors are dense; otherwise only what is not 0 is stored.</param>
    /// <param name="seed">The seed of the rows; the ids' effects are always the same.</param>
    public static IDataView Create(MLContext ml, int rows, int ids, bool isDense, int seed)
    {
        var random = new Random(7);
        double[] effects = [.. Enumerable.Range(0, ids).Select(_ => (random.NextDouble() * 4) - 2)];
        random = new Random(seed);
        var source = Enumerable.Range(0, rows).Select(row =>
        {
            uint id = (uint)random.Next(ids);
            float[] numbers = [.. Enumerable.Range(0, Numbers).Select(_ => (random.NextSingle() * 2) - 1)];
            double score = effects[id] + (2 * numbers[0] * numbers[1]) + numbers[2];
            return new IdRow { Id = id, Numbers = numbers, Label = random.NextDouble() < 1 / (1 + Math.Exp(-score)) };
        }).ToArray();

        var schema = SchemaDefinition.Create(typeof(IdRow));
        schema[nameof(IdRow.Id)].ColumnType = new KeyDataViewType(typeof(uint), ids);
        var data = ml.Data.LoadFromEnumerable(source, schema);
        var encoder = ml.Transforms.Conversion.MapKeyToVector("Block", nameof(IdRow.Id)).Append(ml.Transforms.Concatenate("Features", nameof(IdRow.Numbers), "Block"));
        var encoded = encoder.Fit(data).Transform(data);
        return ml.Data.Cache(isDense ? Densified(ml, encoded) : encoded, "Features", nameof(IdRow.Label));
    }

    /// <summary>Writes the zeros out but keeps the annotations.</summary>
    private static IDataView Densified(MLContext ml, IDataView data)
    {
        int width = ((VectorDataViewType)data.Schema["Features"].Type).Size;
        var annotated = SchemaDefinition.Create(typeof(DenseRow));
        annotated["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, width);
        int[] ranges = [Numbers, width - 1];
        annotated["Features"].AddAnnotation("CategoricalSlotRanges", new VBuffer<int>(2, ranges), new VectorDataViewType(NumberDataViewType.Int32, 2));
        return ml.Data.LoadFromEnumerable(ml.Data.CreateEnumerable<DenseRow>(data, reuseRowObject: false), annotated);
    }

    private sealed class IdRow
    {
        public uint Id { get; set; }

        [VectorType(OneHotRows.Numbers)]
        public float[] Numbers { get; set; } = [];

        public bool Label { get; set; }
    }

    private sealed class DenseRow
    {
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }
    }
}
