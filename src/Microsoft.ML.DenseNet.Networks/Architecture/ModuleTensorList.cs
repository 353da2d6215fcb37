namespace Microsoft.ML.DenseNet;

/// <summary>The entries of a torch module's state dictionary.</summary>
internal sealed class ModuleTensorList(IEnumerable<ModuleTensor> tensors) : ValueList<ModuleTensor>([.. tensors]);
