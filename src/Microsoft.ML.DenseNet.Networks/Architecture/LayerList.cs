namespace Microsoft.ML.DenseNet;

/// <summary>The layers inside a combinator.</summary>
internal sealed class LayerList : ValueList<Layer>
{
    public LayerList(IEnumerable<Layer> layers)
        : base(Checked(layers))
    {
        Depth = 1 + this.Select(layer => layer.Depth).DefaultIfEmpty(0).Max();
        if (Depth > Layer.MaximumDepth)
            throw new ArgumentException($"The layers are nested {Depth} deep; at most {Layer.MaximumDepth} levels are accepted.", nameof(layers));
    }

    /// <summary>The depth of nesting of a layer that holds this list.</summary>
    public int Depth { get; }

    /// <summary>Binds every layer to the same input, as the branches of a parallel combinator.</summary>
    public LayerNode[] BindBranches(int inputWidth, string path, ParameterAllocator allocator) =>
        [.. this.Select((layer, index) => layer.Bind(inputWidth, ParameterAllocator.Join(path, index), allocator))];

    private static Layer[] Checked(IEnumerable<Layer> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        Layer[] items = [.. layers];
        int missing = Array.IndexOf(items, null);
        if (missing >= 0)
            throw new ArgumentException($"The layer at position {missing} is null.", nameof(layers));
        return items;
    }
}
