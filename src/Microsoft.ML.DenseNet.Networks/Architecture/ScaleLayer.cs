namespace Microsoft.ML.DenseNet;

public abstract partial record Layer
{
    /// <summary>Multiplies each unit by a learned factor, initially 1.</summary>
    public static Layer Scale { get; } = new ScaleLayer();
}

/// <summary>A learned factor for each unit; see <see cref="Layer.Scale"/>.</summary>
public sealed record ScaleLayer : Layer
{
    internal ScaleLayer()
    {
    }

    /// <inheritdoc/>
    public override string Kind => "Scale";

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Other;

    internal override IEnumerable<LayerSetting> Settings => [];

    internal override bool IsElementwise => true;

    internal override bool HasManagedGradient => true;

    internal override T Accept<T>(LayerReader<T> reader, LayerNode node, T x) => reader.Scale(node, this, x);

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator) => new(this, path, inputWidth, inputWidth,
        [allocator.Parameter(path, "weight", TensorStart.Ones, inputWidth)]);

    internal override string Describe(int inputWidth) => $"{inputWidth}";

    /// <inheritdoc/>
    public override string ToString() => Kind;
}
