namespace Microsoft.ML.DenseNet;

/// <summary>What target encoding makes of the smoothed mean of a value's labels.</summary>
public enum TargetEncodingKind
{
    /// <summary>The mean itself: in regression in the label's unit, in classification the probability of true or of each class.</summary>
    Mean,

    /// <summary>ln(p / (1 - p)) of each probability, for classification. With n training rows, p is kept within 1 / 2n and 1 - 1 / 2n.</summary>
    LogOdds,
}
