namespace Microsoft.ML.DenseNet;

/// <summary>The settings of a pass through the network, apart from its rows.</summary>
/// <param name="IsTraining">Whether dropout is active.</param>
/// <param name="Key">Determines what dropout drops.</param>
/// <param name="DropoutFactor">A factor on every dropout's probability.</param>
internal readonly record struct Pass(bool IsTraining, uint Key, double DropoutFactor);
