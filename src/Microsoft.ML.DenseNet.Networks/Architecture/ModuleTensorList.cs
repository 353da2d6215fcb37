using System.Collections;

namespace Microsoft.ML.DenseNet;

/// <summary>The entries of a state dictionary, equal to others when the entries are.</summary>
public sealed class ModuleTensorList : IReadOnlyList<ModuleTensor>, IEquatable<ModuleTensorList>
{
    private readonly ModuleTensor[] _tensors;

    internal ModuleTensorList(IEnumerable<ModuleTensor> tensors) => _tensors = [.. tensors];

    /// <inheritdoc/>
    public int Count => _tensors.Length;

    /// <inheritdoc/>
    public ModuleTensor this[int index] => _tensors[index];

    /// <inheritdoc/>
    public IEnumerator<ModuleTensor> GetEnumerator() => ((IEnumerable<ModuleTensor>)_tensors).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(ModuleTensorList? other) => other is not null && _tensors.AsSpan().SequenceEqual(other._tensors);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ModuleTensorList);

    /// <inheritdoc/>
    public override int GetHashCode() => _tensors.Length;
}
