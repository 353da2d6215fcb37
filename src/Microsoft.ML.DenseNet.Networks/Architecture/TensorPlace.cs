namespace Microsoft.ML.DenseNet;

/// <summary>Where one tensor of a network is stored: its name, its shape and its place in the flat arrays.</summary>
/// <param name="Name">The full name as in a PyTorch state dictionary, for example <c>1.weight</c>.</param>
/// <param name="Offset">The index of its first value, in the parameters if trained, otherwise in the buffers.</param>
/// <param name="Shape">The tensor's shape, row-major; a Linear's weight is [units, inputs].</param>
/// <param name="IsTrained">Whether the optimizer changes it. Buffers (running averages, input scaling) are not trained.</param>
public sealed record TensorPlace(string Name, int Offset, IReadOnlyList<int> Shape, bool IsTrained)
{
    /// <summary>The number of values.</summary>
    public int Count { get; } = Shape.Aggregate(1, (product, size) => checked(product * size));

    /// <summary>The initial values.</summary>
    internal TensorStart Start { get; init; } = TensorStart.Zeros;
}
