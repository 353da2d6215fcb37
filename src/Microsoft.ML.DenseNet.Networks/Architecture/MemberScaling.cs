namespace Microsoft.ML.DenseNet;

/// <summary>The initial factors on the inputs of an <see cref="EnsembleLinearLayer"/>.</summary>
internal enum MemberScaling
{
    /// <summary>1: all members compute the same.</summary>
    Ones,

    /// <summary>−1 or 1 with equal probability, so that members differ from the first step.</summary>
    RandomSigns,

    /// <summary>Normal, with mean 0 and standard deviation 1.</summary>
    Normal,
}
