using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Parameters that one of torch's own optimizers treats the same way.</summary>
/// <param name="Torch">The group in the optimizer.</param>
/// <param name="LearningRate">Its learning rate when the schedule's factor is 1.</param>
/// <param name="WeightDecay">Its weight decay when the schedule's factor is 1; null for an optimizer whose decay follows no schedule.</param>
internal sealed record TorchGroup(optim.ILearningRateController Torch, double LearningRate, double? WeightDecay);
