namespace Microsoft.ML.DenseNet;

/// <summary>The share of rows in one part of a feature's distribution, then and now.</summary>
public sealed record DriftBin
{
    internal DriftBin(string name, double trainingShare, double share) =>
        (Name, TrainingShare, Share) = (name, trainingShare, share);

    /// <summary>The part: an interval of numbers, a category, or what is missing.</summary>
    public string Name { get; }

    /// <summary>The share of training rows, from 0 to 1.</summary>
    public double TrainingShare { get; }

    /// <summary>The share of the rows checked, from 0 to 1.</summary>
    public double Share { get; }
}
