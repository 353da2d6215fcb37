namespace Microsoft.ML.DenseNet;

public abstract partial record Layer
{
    /// <summary>
    /// Scales each input to zero mean and unit variance over the training rows; missing values (NaN) become the mean, constant
    /// features 0, and the result is clipped to ±<see cref="StandardizeLayer.Limit"/>.
    /// </summary>
    /// <remarks>
    /// The trainers make it the first layer unless told not to. For wide sparse rows they set other values,
    /// which preserve the zeros of most slots; see <c>DenseNetOptions.ScaleFeatures</c>.
    /// </remarks>
    public static Layer Standardize { get; } = new StandardizeLayer();
}

/// <summary>Input scaling learned from the training rows; see <see cref="Layer.Standardize"/>.</summary>
/// <remarks>
/// <c>z = (x − mean) · scale</c> in single precision, NaN becoming 0, clipped to ±<see cref="Limit"/>. The scale is
/// 1 / (population standard deviation), or 0 for a constant feature, whose value then never matters. For wide sparse rows the trainers
/// set mean 0 and scale 1 for most slots; see <c>DenseNetOptions.ScaleFeatures</c>.
/// </remarks>
public sealed record StandardizeLayer : Layer
{
    /// <summary>
    /// The largest magnitude that the layer outputs, in standard deviations. With fewer than 10⁸ training rows, none can reach it;
    /// it keeps an extreme value in prediction from overflowing the network to NaN.
    /// </summary>
    public const float Limit = 1e4f;

    internal StandardizeLayer()
    {
    }

    /// <summary>Applies the layer to one number.</summary>
    internal static float Apply(float x, float mean, float scale)
    {
        float z = (x - mean) * scale;
        return float.IsNaN(z) ? 0 : Math.Clamp(z, -Limit, Limit);
    }

    /// <inheritdoc/>
    public override string Kind => "Standardize";

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Scaling;

    internal override IEnumerable<LayerSetting> Settings => [];

    internal override bool IsElementwise => true;

    internal override bool HasManagedGradient => false;

    internal override bool IsInputScaling => true;

    internal override T Accept<T>(LayerReader<T> reader, LayerNode node, T x) => reader.Standardize(node, this, x);

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator) => new(this, path, inputWidth, inputWidth,
        [allocator.Buffer(path, "mean", TensorStart.Zeros, inputWidth), allocator.Buffer(path, "scale", TensorStart.Ones, inputWidth)]);

    internal override string Describe(int inputWidth) => $"{inputWidth}";

    /// <inheritdoc/>
    public override string ToString() => Kind;
}
