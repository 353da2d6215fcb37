namespace Microsoft.ML.DenseNet;

/// <summary>What a <see cref="MemberMeanLayer"/> averages, and in what form it returns the result.</summary>
internal enum MeanKind
{
    /// <summary>The outputs themselves, which predict numbers.</summary>
    Outputs,

    /// <summary>eˣ of the outputs, which are logarithms of predictions; returns the logarithm of the mean.</summary>
    Exponentials,

    /// <summary>The logistic function of each output; returns the logit of the mean.</summary>
    Probabilities,

    /// <summary>The softmax over a member's outputs; returns the logarithms of the mean.</summary>
    ClassProbabilities,
}
