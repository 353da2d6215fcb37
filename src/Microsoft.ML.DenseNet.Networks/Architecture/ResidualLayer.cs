namespace Microsoft.ML.DenseNet;

public abstract partial record Layer
{
    /// <summary>x + body(x) (He et al. 2016).</summary>
    /// <param name="body">A layer whose output is as wide as its input.</param>
    /// <exception cref="ArgumentException">Layers are nested deeper than <see cref="MaximumDepth"/>.</exception>
    public static Layer Residual(Layer body) => new ResidualLayer(body);
}

/// <summary>x + body(x); see <see cref="Layer.Residual"/>.</summary>
public sealed record ResidualLayer : Layer
{
    internal ResidualLayer(Layer body)
    {
        ArgumentNullException.ThrowIfNull(body);
        Depth = new LayerList([body]).Depth;
        Body = body;
    }

    /// <summary>The layer whose output is added to its input.</summary>
    public Layer Body { get; }

    /// <inheritdoc/>
    public override string Kind => "Residual";

    internal override int Depth { get; }

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Combinator;

    internal override IEnumerable<LayerSetting> Settings => [new("body", Body)];

    internal override bool IsElementwise => Body.IsElementwise;

    internal override bool HasManagedGradient => true;

    internal override IReadOnlyList<Layer> Children => [Body];

    internal override T Accept<T>(LayerReader<T> reader, LayerNode node, T x) => reader.Residual(node, x);

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator)
    {
        var body = Body.Bind(inputWidth, ParameterAllocator.Join(path, 0), allocator);
        if (body.OutputWidth != inputWidth)
        {
            throw new ArgumentException(
                $"Layer '{path}' (Residual) adds its input, {inputWidth} wide, to the output of {Body}, {body.OutputWidth} wide. " +
                "The body must keep the width: end it with a Linear of that many units.");
        }

        return new LayerNode(this, path, inputWidth, inputWidth, [], [body]);
    }

    internal override string Describe(int inputWidth) => "";

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}({Body})";
}
