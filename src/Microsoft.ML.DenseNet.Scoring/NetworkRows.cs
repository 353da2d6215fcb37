using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>Reads a network's inputs from data, row by row.</summary>
internal static class NetworkRows
{
    /// <summary>Reads the rows, each valid until the next one.</summary>
    /// <param name="network">The network.</param>
    /// <param name="data">The data.</param>
    /// <param name="featureColumnName">The feature column; null for the one of the training.</param>
    /// <exception cref="ArgumentException">The feature column is missing or of another type or width.</exception>
    /// <exception cref="InvalidOperationException">A row is malformed.</exception>
    public static IEnumerable<VBuffer<float>> Read(TrainedNetwork network, IDataView data, string? featureColumnName) => Read(Columns(network, data, featureColumnName), data);

    /// <summary>Reads the rows of columns that were checked, each valid until the next one.</summary>
    /// <exception cref="InvalidOperationException">A row is malformed.</exception>
    public static IEnumerable<VBuffer<float>> Read(InputColumns columns, IDataView data)
    {
        using var cursor = data.GetRowCursor(columns.Columns);
        var reader = columns.Read(cursor);
        VBuffer<float> row = default;
        while (cursor.MoveNext())
        {
            if (reader.Read(ref row) is { } fault)
                throw new InvalidOperationException(fault.In($"'{fault.Column ?? columns.Features.Name}'", cursor.Position));
            yield return row;
        }
    }

    /// <summary>The one-hot blocks of the network's input, as the data's annotations name them.</summary>
    public static IReadOnlyList<SlotRange> Blocks(TrainedNetwork network, IDataView data, string? featureColumnName)
    {
        var columns = Columns(network, data, featureColumnName);
        return VectorAnnotations.OneHotBlocks(columns.Describe(), columns.Width);
    }

    private static InputColumns Columns(TrainedNetwork network, IDataView data, string? featureColumnName)
    {
        string name = featureColumnName ?? network.FeatureColumnName ?? DefaultColumnNames.Features;
        var features = data.Schema.GetColumnOrNull(name) ?? throw new ArgumentException(
            $"There is no feature column '{name}'. The data has {string.Join(", ", data.Schema.Select(column => $"'{column.Name}'"))}. Run the rows through the transforms that the training rows went through.", nameof(data));
        if (features.Type is not VectorDataViewType { IsKnownSize: true, ItemType: NumberDataViewType item } type || item != NumberDataViewType.Single)
            throw new ArgumentException($"Feature column '{name}' is {features.Type}; it must be a known-size vector of Single.", nameof(data));
        return type.Size == network.FeatureColumnWidth
            ? InputColumns.Of(features, data.Schema, network)
            : throw new ArgumentException($"Feature column '{name}' has {type.Size} slots; the network was trained with {network.FeatureColumnWidth}. Run the rows through the same fitted transforms as in training.", nameof(data));
    }
}
