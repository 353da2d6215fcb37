namespace Microsoft.ML.DenseNet;

/// <summary>The mean and spread of each feature, missing values left out, rows weighted.</summary>
/// <param name="Mean">One a feature; 0 for a feature that is always missing.</param>
/// <param name="InverseDeviation">1 / (population standard deviation), one a feature; 0 for a constant feature.</param>
internal sealed record FeatureStatistics(float[] Mean, float[] InverseDeviation)
{
    public static FeatureStatistics Of(RowSet rows)
    {
        if (rows.Moments is { } gathered)
            return gathered.ToStatistics();
        var moments = new FeatureMoments(rows.Width);
        foreach (var block in rows.Blocks)
            moments.Add(block);
        return moments.ToStatistics();
    }
}
