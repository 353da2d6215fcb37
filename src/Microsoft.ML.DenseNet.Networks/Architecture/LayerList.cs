using System.Collections;

namespace Microsoft.ML.DenseNet;

/// <summary>An immutable list of layers, equal to another when they hold equal layers in the same order.</summary>
public sealed class LayerList : IReadOnlyList<Layer>, IEquatable<LayerList>
{
    private readonly Layer[] _layers;

    internal LayerList(IEnumerable<Layer> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        _layers = [.. layers];
        int missing = Array.IndexOf(_layers, null);
        if (missing >= 0)
            throw new ArgumentException($"The layer at position {missing} is null.", nameof(layers));

        Depth = 1 + _layers.Select(layer => layer.Depth).DefaultIfEmpty(0).Max();
        if (Depth > Layer.MaximumDepth)
            throw new ArgumentException($"The layers are nested {Depth} deep; at most {Layer.MaximumDepth} levels are accepted.", nameof(layers));
    }

    /// <inheritdoc/>
    public int Count => _layers.Length;

    /// <inheritdoc/>
    public Layer this[int index] => _layers[index];

    /// <summary>How many levels of combinators a layer holding this list has.</summary>
    internal int Depth { get; }

    /// <inheritdoc/>
    public IEnumerator<Layer> GetEnumerator() => ((IEnumerable<Layer>)_layers).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(LayerList? other) => other is not null && _layers.AsSpan().SequenceEqual(other._layers);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LayerList);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var layer in _layers)
            hash.Add(layer);
        return hash.ToHashCode();
    }

    /// <summary>The layers' expressions, separated by commas.</summary>
    public override string ToString() => string.Join(", ", (IEnumerable<Layer>)_layers);

    /// <summary>Binds every layer to the same input, as the branches of a parallel combinator.</summary>
    internal LayerNode[] BindBranches(int inputWidth, string path, ParameterAllocator allocator) =>
        [.. _layers.Select((layer, index) => layer.Bind(inputWidth, ParameterAllocator.Join(path, index), allocator))];
}
