namespace Microsoft.ML.DenseNet;

/// <summary>What a <see cref="MemberMeanLayer"/> averages, and in which terms it gives the result.</summary>
internal enum MeanKind
{
    /// <summary>The outputs themselves: predictions of numbers.</summary>
    Outputs,

    /// <summary>eˣ of the outputs, which are logarithms of predictions; gives the logarithm of the mean.</summary>
    Exponentials,

    /// <summary>The logistic function of each output; gives the logit of the mean.</summary>
    Probabilities,

    /// <summary>The softmax over a member's outputs; gives the logarithms of the mean.</summary>
    ClassProbabilities,
}
