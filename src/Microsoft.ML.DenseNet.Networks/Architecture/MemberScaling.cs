namespace Microsoft.ML.DenseNet;

/// <summary>What the factors on the inputs of an <see cref="EnsembleLinearLayer"/> are before training.</summary>
internal enum MemberScaling
{
    /// <summary>1: the members compute the same.</summary>
    Ones,

    /// <summary>−1 or 1 with equal chance: what makes members differ from the first step on.</summary>
    RandomSigns,

    /// <summary>Normal, of mean 0 and deviation 1.</summary>
    Normal,
}
