namespace Microsoft.ML.DenseNet;

/// <summary>What has to be known about training rows before a tuning begins.</summary>
/// <param name="Fingerprint">Identifies the rows and the columns that they are read from.</param>
/// <param name="IsWideSparse">Whether they are wide and sparse, for which there is another default network.</param>
internal sealed record TuningRows(string Fingerprint, bool IsWideSparse)
{
    /// <summary>Reads all rows once, without keeping them.</summary>
    /// <exception cref="InvalidOperationException">A row is unusable; the message names the column, the row and the remedy.</exception>
    public static TuningRows Of(IDataView data, DenseNetOptions options, CancellationToken cancellation)
    {
        var schema = data.Schema;
        var split = new SplitColumns(options.SamplingKeyColumnName is { } group ? schema[group] : null, options.TimeColumnName is { } time ? schema[time] : null);
        var reader = new RowReader(schema, options.FeatureColumnName, options.LabelColumnName, options.ExampleWeightColumnName, allowMissingFeatures: options.ScaleFeatures, options.CategoryColumnNames)
        {
            Split = split,
            MaximumReaders = options.Threads ?? Environment.ProcessorCount,
        };
        var fingerprint = new RowFingerprint();
        bool isSparse = false;
        foreach (var block in reader.Blocks(data, () => true, cancellation))
        {
            fingerprint.Add(block);
            isSparse = block.Sparse is not null;
        }

        string text = $"{fingerprint.Rows} rows of {reader.Width} features{(reader.HasWeights ? " with weights" : "")} ({fingerprint})";
        return new TuningRows(text, isSparse && reader.Width >= RowSet.WideSlots);
    }
}
