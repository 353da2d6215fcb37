using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Parameters that one of torch's own optimizers treats alike.</summary>
/// <param name="Torch">The group in the optimizer.</param>
/// <param name="LearningRate">Its learning rate where the schedule's factor is 1.</param>
/// <param name="WeightDecay">Its weight decay where the schedule's factor is 1; null for an optimizer whose decay follows none.</param>
internal sealed record TorchGroup(optim.ILearningRateController Torch, double LearningRate, double? WeightDecay);
