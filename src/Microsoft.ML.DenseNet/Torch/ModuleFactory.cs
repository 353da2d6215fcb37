using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Makes a torch module that maps [rows, <paramref name="inputs"/>] to [rows, outputs].</summary>
/// <param name="inputs">The number of feature slots.</param>
public delegate nn.Module<Tensor, Tensor> ModuleFactory(int inputs);
