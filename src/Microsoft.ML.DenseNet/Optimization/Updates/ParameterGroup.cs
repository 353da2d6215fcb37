namespace Microsoft.ML.DenseNet;

/// <summary>A range of the flat parameters that is trained at its own pace.</summary>
/// <param name="Offset">The index of the first value.</param>
/// <param name="Count">The number of values.</param>
/// <param name="LearningRateFactor">What the learning rate is multiplied by.</param>
/// <param name="WeightDecayFactor">What the weight decay is multiplied by.</param>
/// <param name="Rows">The number of rows of a matrix whose update is orthogonalized, see <see cref="MuonOptimizer"/>; 0 for any other range.</param>
internal readonly record struct ParameterGroup(int Offset, int Count, double LearningRateFactor = 1, double WeightDecayFactor = 1, int Rows = 0);
