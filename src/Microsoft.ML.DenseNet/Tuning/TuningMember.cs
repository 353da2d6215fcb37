namespace Microsoft.ML.DenseNet;

/// <summary>A trial in the ensemble of a tuning.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Weight">Its weight in the average; all weights sum to 1.</param>
public sealed record TuningMember(TuningTrial Trial, double Weight);
