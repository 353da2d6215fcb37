using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The same data with its feature vectors stored sparse.</summary>
internal static class SparseFeatures
{
    public static IDataView Apply(MLContext ml, IDataView data) =>
        ml.Transforms.CustomMapping<Dense, Sparse>(
            (input, output) => output.Features = ToSparse(input.Features),
            contractName: null,
            outputSchemaDefinition: Definition(data)).Fit(data).Transform(data);

    private static SchemaDefinition Definition(IDataView data)
    {
        var definition = SchemaDefinition.Create(typeof(Sparse));
        definition["Features"].ColumnType = data.Schema["Features"].Type;
        return definition;
    }

    private static VBuffer<float> ToSparse(VBuffer<float> dense)
    {
        var items = dense.Items().Where(item => item.Value != 0).ToArray();
        return new VBuffer<float>(dense.Length, items.Length, [.. items.Select(item => item.Value)], [.. items.Select(item => item.Key)]);
    }

    private sealed class Dense
    {
        public VBuffer<float> Features { get; set; }
    }

    private sealed class Sparse
    {
        public VBuffer<float> Features { get; set; }
    }
}
