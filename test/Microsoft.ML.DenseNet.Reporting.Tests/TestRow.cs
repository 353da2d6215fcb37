using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Reporting.Tests;

/// <summary>A row with a label for each task.</summary>
internal sealed class TestRow
{
    public float[] Features { get; set; } = [];

    public bool Label { get; set; }

    public string Class { get; set; } = "";

    public float Value { get; set; }

    public static SchemaDefinition Schema(int features)
    {
        var schema = SchemaDefinition.Create(typeof(TestRow));
        schema[nameof(Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features);
        return schema;
    }

    /// <summary>Rows whose classes lie apart, with slot names and, in column Key, the class as a key; a wider spread makes the classes overlap.</summary>
    public static IDataView Data(MLContext ml, int features, int rows, int classes, int seed = 1, string namePrefix = "feature", double spread = 2)
    {
        var random = new Random(seed);
        var list = Enumerable.Range(0, rows).Select(i =>
        {
            int number = i % classes;
            float[] values = [.. Enumerable.Range(0, features).Select(j => (float)(Math.Cos(number * 2.1 + j) * 1.5 + random.NextDouble() * spread))];
            return new TestRow { Features = values, Label = number % 2 == 1, Class = $"class {number}", Value = 3 * values[0] + (float)random.NextDouble() };
        }).ToArray();
        var schema = Schema(features);
        var names = Enumerable.Range(0, features).Select(j => $"{namePrefix} {j + 1}".AsMemory()).ToArray();
        schema[nameof(Features)].AddAnnotation("SlotNames", new VBuffer<ReadOnlyMemory<char>>(features, names), new VectorDataViewType(TextDataViewType.Instance, features));
        var data = ml.Data.LoadFromEnumerable(list, schema);
        return ml.Transforms.Conversion.MapValueToKey("Key", nameof(Class)).Fit(data).Transform(data);
    }
}
