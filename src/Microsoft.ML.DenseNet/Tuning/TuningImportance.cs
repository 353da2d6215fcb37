namespace Microsoft.ML.DenseNet;

/// <summary>How much a parameter mattered in a tuning.</summary>
/// <param name="Parameter">The parameter's name.</param>
/// <param name="Share">Its share of the importance of all parameters, from 0 to 1. Shares sum to 1; if no parameter explains more than chance would, all are 0.</param>
public sealed record TuningImportance(string Parameter, double Share);
