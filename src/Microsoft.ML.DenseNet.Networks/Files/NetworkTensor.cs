namespace Microsoft.ML.DenseNet;

/// <summary>One named tensor of a trained network, read-only.</summary>
/// <param name="Name">The name as in a PyTorch state dictionary, for example <c>1.weight</c>.</param>
/// <param name="Shape">The shape, row-major; a Linear's weight is [units, inputs].</param>
/// <param name="Values">The values, row-major.</param>
/// <param name="IsTrained">False for input scaling and running averages.</param>
public sealed record NetworkTensor(string Name, IReadOnlyList<int> Shape, ReadOnlyMemory<float> Values, bool IsTrained);
