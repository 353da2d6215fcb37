namespace Microsoft.ML.DenseNet;

/// <summary>What is summed up over rows in the first pass. The sums of several processes' shares are joined to those of all rows.</summary>
/// <param name="Moments">From which the input scaling is computed.</param>
/// <param name="Labels">Statistics of the labels.</param>
/// <param name="Fingerprint">Identifies the rows; null if nobody asks.</param>
/// <param name="Statistics">Counts the rows for the statistics that the model stores; null for none.</param>
internal sealed record RowSums(FeatureMoments Moments, LabelStatistics Labels, RowFingerprint? Fingerprint, StatisticsBuilder? Statistics)
{
    /// <summary>Sums over no rows so far.</summary>
    /// <param name="width">The number of features.</param>
    /// <param name="classes">The number of classes; 0 where labels are numbers.</param>
    /// <param name="takesFingerprint">Whether rows are to be identified.</param>
    /// <param name="makeStatistics">Makes what counts rows for stored statistics; null for none.</param>
    public static RowSums Start(int width, int classes, bool takesFingerprint, Func<StatisticsBuilder>? makeStatistics) =>
        new(new FeatureMoments(width), new LabelStatistics(classes), takesFingerprint ? new RowFingerprint() : null, makeStatistics?.Invoke());

    /// <summary>Adds the sums of all processes.</summary>
    /// <param name="peers">The processes; all of them must make this call.</param>
    /// <param name="own">This process's sums, of the same kinds.</param>
    public RowSums AddAll(RowPeers peers, RowSums own)
    {
        foreach (var reader in peers.Exchange(own.Write))
        {
            Moments.Join(reader);
            Labels.Join(reader);
            Fingerprint?.Join(reader);
            Statistics?.Join(reader);
        }

        return this;
    }

    private void Write(BinaryWriter writer)
    {
        Moments.Write(writer);
        Labels.Write(writer);
        Fingerprint?.Write(writer);
        Statistics?.Write(writer);
    }
}
