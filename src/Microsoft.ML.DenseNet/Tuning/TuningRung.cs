namespace Microsoft.ML.DenseNet;

/// <summary>How good a trial was after some of its networks.</summary>
/// <param name="Networks">The number of networks so far, from 1.</param>
/// <param name="Metric">The metric over the rows that each of them did not see.</param>
/// <param name="Work">The work so far, in weights times rows: the same on every machine.</param>
/// <param name="Seconds">The time so far, in seconds, in the process that reported it.</param>
public sealed record TuningRung(int Networks, double Metric, double Work, double Seconds);
