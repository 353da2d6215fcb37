namespace Microsoft.ML.DenseNet;

/// <summary>The result of the first pass over the data.</summary>
/// <param name="Rows">All training rows, or a uniform sample of them for a stream.</param>
/// <param name="Stream">Supplies the training rows of a stream; null if all rows are in memory.</param>
/// <param name="Validation">Rows to validate on; null for none.</param>
/// <param name="Labels">Statistics over all training rows.</param>
internal sealed record LoadedRows(RowSet Rows, StreamedRows? Stream, RowSet? Validation, LabelStatistics Labels)
{
    /// <summary>The number of training rows.</summary>
    public long Count => Stream?.Count ?? Rows.Count;

    /// <summary>Statistics of all training rows for the input scaling: with example weights but without class weights.</summary>
    public FeatureStatistics Statistics => Moments.ToStatistics();

    /// <summary>The same for sparse rows that stay sparse when scaled.</summary>
    public FeatureStatistics SparseStatistics => Moments.ToSparseStatistics();

    private FeatureMoments Moments => Stream?.Moments ?? FeatureMoments.Of(AsRead);

    /// <summary>The rows as they were before <see cref="With(Func{float, float}?, Func{float, float}?)"/>.</summary>
    public RowSet AsRead { get; } = Rows;

    /// <summary>Returns the same rows with labels and weights as the network learns them.</summary>
    /// <param name="label">Maps a label to its target; null for no change.</param>
    /// <param name="weightFactor">Maps a label to a factor on the row's weight; null for none.</param>
    public LoadedRows With(Func<float, float>? label, Func<float, float>? weightFactor)
    {
        return this with
        {
            Rows = Prepared(Rows),
            Validation = Validation is null ? null : Prepared(Validation),
            Stream = Stream is null ? null : Stream with { Label = label, WeightFactor = weightFactor, MeanWeight = Labels.MeanWeight(weightFactor) },
        };

        RowSet Prepared(RowSet rows)
        {
            if (weightFactor is not null)
                rows = rows.Reweighted(weightFactor);
            return label is null ? rows : rows.WithLabels(label);
        }
    }
}
