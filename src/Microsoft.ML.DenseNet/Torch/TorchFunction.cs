using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>A layer as a function of tensors.</summary>
/// <param name="input">[rows, inputs].</param>
/// <param name="training">Whether dropout acts and batch normalization uses the batch.</param>
/// <returns>[rows, outputs].</returns>
internal delegate Tensor TorchFunction(Tensor input, bool training);
