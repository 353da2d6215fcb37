namespace Microsoft.ML.DenseNet;

/// <summary>What contributions add up to.</summary>
public enum ExplainedOutput
{
    /// <summary>
    /// The number in regression; the logit (log-odds of the positive class) for two classes; for several, each class's logit minus the mean of all
    /// logits, which have no zero of their own.
    /// </summary>
    Score,

    /// <summary>The probability of the positive class, or of each of several classes. Not for regression.</summary>
    Probability,
}
