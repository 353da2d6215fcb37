namespace Microsoft.ML.DenseNet;

/// <summary>One entry of a torch module's state dictionary.</summary>
/// <param name="Name">The name, for example <c>first.weight</c>.</param>
/// <param name="Shape">The shape; empty for a single number.</param>
/// <param name="IsTrained">Whether it is a parameter that needs gradients.</param>
public sealed record ModuleTensor(string Name, IReadOnlyList<int> Shape, bool IsTrained)
{
    /// <inheritdoc/>
    public bool Equals(ModuleTensor? other) => other is not null && Name == other.Name && IsTrained == other.IsTrained && Shape.SequenceEqual(other.Shape);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Shape.Count, IsTrained);
}
