namespace Microsoft.ML.DenseNet;

/// <summary>Parallel branches, added; see <see cref="Layer.Sum"/>.</summary>
public sealed record SumLayer : Layer
{
    internal SumLayer(LayerList branches)
    {
        if (branches.Count == 0)
            throw new ArgumentException("Sum needs at least one branch.", nameof(branches));
        Branches = branches;
    }

    /// <summary>The layers that read the same input.</summary>
    public LayerList Branches { get; }

    /// <inheritdoc/>
    public override string Kind => "Sum";

    internal override int Depth => Branches.Depth;

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator)
    {
        var children = Branches.BindBranches(inputWidth, path, allocator);
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
    public override string ToString() => $"{Kind}({Branches})";
}
