namespace Microsoft.ML.DenseNet;

public abstract partial record Layer
{
    /// <summary>Parallel branches that all read the same input, with their outputs concatenated.</summary>
    /// <param name="branches">At least one layer. <c>Concat(Identity, body)</c> is a densely connected block.</param>
    /// <exception cref="ArgumentException">There is no branch, one is null, or they are nested deeper than <see cref="MaximumDepth"/>.</exception>
    public static Layer Concat(params IEnumerable<Layer> branches) => new ConcatLayer(new LayerList(branches));
}

/// <summary>Parallel branches, concatenated; see <see cref="Layer.Concat"/>.</summary>
public sealed record ConcatLayer : Layer
{
    private readonly LayerList _branches;

    internal ConcatLayer(LayerList branches)
    {
        if (branches.Count == 0)
            throw new ArgumentException("Concat needs at least one branch.", nameof(branches));
        _branches = branches;
    }

    /// <summary>The layers that read the same input.</summary>
    public IReadOnlyList<Layer> Branches => _branches;

    /// <inheritdoc/>
    public override string Kind => "Concat";

    internal override int Depth => _branches.Depth;

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Combinator;

    internal override IEnumerable<LayerSetting> Settings => [new("branches", Branches)];

    internal override bool IsElementwise => false;

    internal override bool HasManagedGradient => true;

    internal override IReadOnlyList<Layer> Children => Branches;

    internal override bool ReadsSparse => Branches.All(branch => branch.ReadsSparse);

    internal override T Accept<T>(LayerReader<T> reader, LayerNode node, T x) => reader.Concat(node, x);

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator)
    {
        var children = _branches.BindBranches(inputWidth, path, allocator);
        long width = children.Sum(child => (long)child.OutputWidth);
        if (width > MaximumUnits)
            throw new ArgumentException($"Layer '{path}' (Concat) would be {width} wide; at most {MaximumUnits} units are accepted.");
        return new LayerNode(this, path, inputWidth, (int)width, [], children);
    }

    internal override string Describe(int inputWidth) => "";

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}({_branches})";
}
