namespace Microsoft.ML.DenseNet;

/// <summary>The class that a network finds likeliest, as ML.NET's PredictedLabel says it.</summary>
/// <param name="Index">
/// The class's place among the outputs, from 0; of a binary task 0 for the negative and 1 for the positive class. -1 where every output is
/// NaN, for which ML.NET gives a missing key.
/// </param>
/// <param name="Name">The class's name; null if the network does not know it.</param>
/// <param name="Probability">The probability of this class, from 0 to 1; NaN where the outputs are.</param>
public readonly record struct PredictedClass(int Index, string? Name, float Probability);
