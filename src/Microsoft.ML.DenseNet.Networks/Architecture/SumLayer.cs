namespace Microsoft.ML.DenseNet;

public abstract partial record Layer
{
    /// <summary>Parallel branches that all read the same input, with their outputs added: <c>Sum(ReLU, Tanh)</c>.</summary>
    /// <param name="branches">At least one layer; all must have the same output width.</param>
    /// <exception cref="ArgumentException">There is no branch, one is null, or they are nested deeper than <see cref="MaximumDepth"/>.</exception>
    public static Layer Sum(params IEnumerable<Layer> branches) => new SumLayer(new LayerList(branches));
}

/// <summary>Parallel branches, added; see <see cref="Layer.Sum"/>.</summary>
public sealed record SumLayer : Layer
{
    private readonly LayerList _branches;

    internal SumLayer(LayerList branches)
    {
        if (branches.Count == 0)
            throw new ArgumentException("Sum needs at least one branch.", nameof(branches));
        _branches = branches;
    }

    /// <summary>The layers that read the same input.</summary>
    public IReadOnlyList<Layer> Branches => _branches;

    /// <inheritdoc/>
    public override string Kind => "Sum";

    internal override int Depth => _branches.Depth;

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Combinator;

    internal override IEnumerable<LayerSetting> Settings => [new("branches", Branches)];

    internal override bool IsElementwise => Branches.All(branch => branch.IsElementwise);

    internal override bool HasManagedGradient => true;

    internal override IReadOnlyList<Layer> Children => Branches;

    internal override bool ReadsSparse => Branches.All(branch => branch.ReadsSparse);

    internal override T Accept<T>(LayerReader<T> reader, LayerNode node, T x) => reader.Sum(node, x);

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator)
    {
        var children = _branches.BindBranches(inputWidth, path, allocator);
        int width = children[0].OutputWidth;
        foreach (var child in children)
        {
            if (child.OutputWidth != width)
            {
                throw new ArgumentException(
                    $"Layer '{path}' (Sum) adds branches of different widths: branch 0 ({children[0].Layer}) gives {width}, " +
                    $"'{child.Path}' ({child.Layer}) gives {child.OutputWidth}. Give all branches the same output width.");
            }
        }

        return new LayerNode(this, path, inputWidth, width, [], children);
    }

    internal override string Describe(int inputWidth) => "";

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}({_branches})";
}
