using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Benchmarks.Wide;

/// <summary>A row of one of many classes: a point near its class's center.</summary>
internal sealed class ClassRow
{
    private const int Width = 16;

    private const float Spread = 0.7f;

    [VectorType(Width)]
    public float[] Features { get; set; } = [];

    public uint Label { get; set; }

    /// <summary>Creates rows, about as many of each class.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="seed">The seed of the rows; the centers are always the same.</param>
    public static IDataView Create(MLContext ml, int rows, int classes, int seed)
    {
        var random = new Random(11);
        float[][] centers = [.. Enumerable.Range(0, classes).Select(_ => Normal(random))];
        random = new Random(seed);
        var source = Enumerable.Range(0, rows).Select(row =>
        {
            int label = row % classes;
            float[] noise = Normal(random);
            return new ClassRow { Label = (uint)label, Features = [.. centers[label].Select((value, i) => value + (Spread * noise[i]))] };
        }).ToArray();
        var schema = SchemaDefinition.Create(typeof(ClassRow));
        schema[nameof(Label)].ColumnType = new KeyDataViewType(typeof(uint), classes);
        return ml.Data.LoadFromEnumerable(source, schema);
    }

    private static float[] Normal(Random random) =>
        [.. Enumerable.Range(0, Width).Select(_ => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
}
