namespace Microsoft.ML.DenseNet;

/// <summary>What the first pass over the data left.</summary>
/// <param name="Rows">All training rows; of a stream a uniform sample of them.</param>
/// <param name="Stream">Where the other training rows come from; null where all are in memory.</param>
/// <param name="Validation">Rows to validate on; null for none.</param>
/// <param name="Labels">Of all training rows.</param>
internal sealed record LoadedRows(RowSet Rows, StreamedRows? Stream, RowSet? Validation, LabelStatistics Labels)
{
    /// <summary>The number of training rows.</summary>
    public long Count => Stream?.Count ?? Rows.Count;

    /// <summary>Of all training rows, for the input scaling: with their example weights, and without those of their classes.</summary>
    public FeatureStatistics Statistics => Moments.ToStatistics();

    /// <summary>The same for sparse rows that scaling leaves sparse.</summary>
    public FeatureStatistics SparseStatistics => Moments.ToSparseStatistics();

    private FeatureMoments Moments => Stream?.Moments ?? FeatureMoments.Of(AsRead);

    /// <summary>The rows before <see cref="With(Func{float, float}?, Func{float, float}?)"/>.</summary>
    private RowSet AsRead { get; } = Rows;

    /// <summary>The same rows, labels and weights as the network learns them.</summary>
    /// <param name="label">From the label to the target; null for no change.</param>
    /// <param name="weightFactor">From the label to a factor on the row's weight; null for none.</param>
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
