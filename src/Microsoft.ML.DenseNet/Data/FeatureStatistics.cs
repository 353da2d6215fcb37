namespace Microsoft.ML.DenseNet;

/// <summary>The mean and spread of each feature, missing values left out, rows weighted.</summary>
/// <param name="Mean">One per feature; 0 for a feature that is always missing.</param>
/// <param name="InverseDeviation">
/// 1 / (population standard deviation), one per feature; 0 for a constant feature. For other factors see
/// <see cref="FeatureMoments.ToSparseStatistics"/>.
/// </param>
internal sealed record FeatureStatistics(float[] Mean, float[] InverseDeviation);
