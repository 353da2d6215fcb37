using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Benchmarks.Default;

/// <summary>A row as the trainer sees it: prediction is timed without the preparation, which is the same for all trainers.</summary>
internal sealed class FeatureRow
{
    public float[] Features { get; set; } = [];

    /// <summary>The schema for a number of features.</summary>
    public static SchemaDefinition Schema(int width)
    {
        var schema = SchemaDefinition.Create(typeof(FeatureRow));
        schema[nameof(Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, width);
        return schema;
    }
}
