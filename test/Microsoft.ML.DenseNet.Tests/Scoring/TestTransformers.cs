using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Transformers around random networks, for data made of <see cref="ScoringRow"/>s.</summary>
internal static class TestTransformers
{
    /// <summary>The three tasks, for data-driven tests.</summary>
    public static IEnumerable<object[]> Tasks => [["Binary"], ["Multiclass"], ["Regression"]];

    public static IDataView Data(MLContext ml, IEnumerable<ScoringRow> rows)
    {
        // Permutation importance by name demands slot names, multiclass trainers demand a key for the label.
        var names = new VBuffer<ReadOnlyMemory<char>>(ScoringRow.Width, [.. Enumerable.Range(0, ScoringRow.Width).Select(i => $"x{i}".AsMemory())]);
        var schema = SchemaDefinition.Create(typeof(ScoringRow));
        schema[nameof(ScoringRow.Features)].AddAnnotation(AnnotationUtils.Kinds.SlotNames, names, new VectorDataViewType(TextDataViewType.Instance, ScoringRow.Width));
        var data = ml.Data.LoadFromEnumerable(rows, schema);
        return ml.Transforms.Conversion.MapValueToKey("Key", nameof(ScoringRow.Class)).Fit(data).Transform(data);
    }

    public static ITransformer Create(MLContext ml, string task, DataViewSchema schema, int seed = 1) => task switch
    {
        "Binary" => Binary(ml, schema, seed),
        "Multiclass" => Multiclass(ml, schema, seed),
        _ => Regression(ml, schema, seed),
    };

    public static DenseNetBinaryTransformer Binary(MLContext ml, DataViewSchema schema, int seed = 1) =>
        new(ml, new DenseNetBinaryModelParameters(ml, TestNetworks.Create(ScoringRow.Width, 1, seed).With(new NetworkSignature(LearningTask.BinaryClassification))), schema, nameof(ScoringRow.Features));

    public static DenseNetMulticlassTransformer Multiclass(MLContext ml, DataViewSchema schema, int seed = 1, string? labelColumn = "Key") =>
        new(ml, new DenseNetMulticlassModelParameters(ml, TestNetworks.Create(ScoringRow.Width, ScoringRow.ClassNames.Length, seed)), schema, nameof(ScoringRow.Features), labelColumn);

    public static DenseNetRegressionTransformer Regression(MLContext ml, DataViewSchema schema, int seed = 1) =>
        new(ml, new DenseNetRegressionModelParameters(ml, TestNetworks.Create(ScoringRow.Width, 1, seed)), schema, nameof(ScoringRow.Features));
}
