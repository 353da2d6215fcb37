namespace Microsoft.ML.DenseNet;

/// <summary>Parallel branches, side by side; see <see cref="Layer.Concat"/>.</summary>
public sealed record ConcatLayer : Layer
{
    internal ConcatLayer(LayerList branches)
    {
        if (branches.Count == 0)
            throw new ArgumentException("Concat needs at least one branch.", nameof(branches));
        Branches = branches;
    }

    /// <summary>The layers that read the same input.</summary>
    public LayerList Branches { get; }

    /// <inheritdoc/>
    public override string Kind => "Concat";

    internal override int Depth => Branches.Depth;

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator)
    {
        var children = Branches.BindBranches(inputWidth, path, allocator);
        long width = children.Sum(child => (long)child.OutputWidth);
        if (width > MaximumUnits)
            throw new ArgumentException($"Layer '{path}' (Concat) would be {width} wide; at most {MaximumUnits} units are accepted.");
        return new LayerNode(this, path, inputWidth, (int)width, [], children);
    }

    internal override string Describe(int inputWidth) => "";

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}({Branches})";
}
