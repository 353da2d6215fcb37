using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>The column of the quantiles that a network with several of them predicts: a slot for each.</summary>
internal static class QuantileColumn
{
    public const string Name = "Quantiles";

    /// <summary>Returns the score columns of a network with its quantile column, if it predicts quantiles.</summary>
    /// <param name="score">The score columns without it.</param>
    /// <param name="network">The network.</param>
    public static DataViewSchema AddTo(DataViewSchema score, TrainedNetwork network)
    {
        if (network.Quantiles.Count == 0)
            return score;
        var schema = new DataViewSchema.Builder();
        schema.AddColumns(score);
        schema.AddColumn(Name, new VectorDataViewType(NumberDataViewType.Single, network.Quantiles.Count), IntervalColumns.Annotations(Name, network.Quantiles));
        return schema.ToSchema();
    }

    /// <summary>Returns what a trainer promises: the column, if there are quantiles.</summary>
    public static IEnumerable<SchemaShape.Column> ShapesOf(int quantiles) => quantiles == 0 ? [] : IntervalColumns.ShapesOf(quantiles).Take(1)
        .Select(column => new SchemaShape.Column(Name, column.Kind, column.ItemType, column.IsKey, column.Annotations));

    /// <summary>Creates the column's getter.</summary>
    /// <param name="network">The network.</param>
    /// <param name="outputs">The outputs of the current row.</param>
    public static ValueGetter<VBuffer<float>> CreateGetter(TrainedNetwork network, INetworkOutputs outputs) => (ref VBuffer<float> quantiles) =>
    {
        var editor = VBufferEditor.Create(ref quantiles, network.Quantiles.Count);
        outputs.Current()[..network.Quantiles.Count].CopyTo(editor.Values);
        quantiles = editor.Commit();
    };
}
