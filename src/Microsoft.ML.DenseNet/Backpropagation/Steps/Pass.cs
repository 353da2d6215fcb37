namespace Microsoft.ML.DenseNet;

/// <summary>What a pass through the network knows beside its rows.</summary>
/// <param name="IsTraining">Whether dropout drops.</param>
/// <param name="Key">Decides what it drops.</param>
/// <param name="DropoutFactor">A factor on every dropout's probability.</param>
internal readonly record struct Pass(bool IsTraining, uint Key, double DropoutFactor);
