namespace Microsoft.ML.DenseNet;

/// <summary>The result of the first pass over the data.</summary>
/// <param name="Rows">All training rows, or a uniform sample of them for a stream or if several processes have them.</param>
/// <param name="Stream">Supplies the training rows of a stream; null if rows are in memory.</param>
/// <param name="Validation">Rows to validate on; null for none.</param>
/// <param name="Labels">Statistics over all training rows.</param>
internal sealed record LoadedRows(RowSet Rows, StreamedRows? Stream, RowSet? Validation, LabelStatistics Labels)
{
    /// <summary>This process's training rows in memory, of those that several have; null if there is a stream, or this one has all.</summary>
    public ShareSummary? Share { get; init; }

    /// <summary>The number of training rows, those of other processes included.</summary>
    public long Count => Stream?.Count ?? Share?.Own.Deal.Count ?? Rows.Count;

    /// <summary>Whether <see cref="Rows"/> may be only a sample of the training rows.</summary>
    public bool IsSample => Stream is not null || Share is not null;

    /// <summary>Statistics of all training rows for the input scaling: with example weights but without class weights.</summary>
    public FeatureStatistics Statistics => Moments.ToStatistics();

    /// <summary>The same for sparse rows that stay sparse when scaled.</summary>
    public FeatureStatistics SparseStatistics => Moments.ToSparseStatistics();

    private FeatureMoments Moments => Stream?.Moments ?? Share?.Moments ?? FeatureMoments.Of(AsRead);

    /// <summary>The rows as they were before <see cref="With(Func{float, float}?, Func{float, float}?)"/>.</summary>
    public RowSet AsRead { get; } = Rows;

    /// <summary>The same for the validation rows.</summary>
    public RowSet? ValidationAsRead { get; init; } = Validation;

    /// <summary>Returns the same rows with labels and weights as the network learns them.</summary>
    /// <param name="label">Maps a label to its target; null for no change.</param>
    /// <param name="weightFactor">Maps a label to a factor on the row's weight; null for none.</param>
    public LoadedRows With(Func<float, float>? label, Func<float, float>? weightFactor)
    {
        return this with
        {
            Rows = Prepared(Rows),
            Validation = Validation is null ? null : Prepared(Validation),
            Share = Share is null ? null : Share with { Own = Share.Own with { Rows = Prepared(Share.Own.Rows).WithMeanWeight(Labels.MeanWeight(weightFactor)) } },
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
