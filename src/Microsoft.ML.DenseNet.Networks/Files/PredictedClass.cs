namespace Microsoft.ML.DenseNet;

/// <summary>The class that a network predicts, as in ML.NET's PredictedLabel: the most likely one, unless a <see cref="TrainedNetwork.Threshold"/> was set.</summary>
/// <param name="Index">
/// The class's index among the outputs, from 0; in a binary task, 0 is the negative and 1 the positive class. -1 if every output of a
/// multiclass network is NaN, for which ML.NET returns a missing key.
/// </param>
/// <param name="Name">The class's name; null if the network does not know it.</param>
/// <param name="Probability">The probability of this class, from 0 to 1; NaN if the outputs are.</param>
public readonly record struct PredictedClass(int Index, string? Name, float Probability);
