namespace Microsoft.ML.DenseNet;

public abstract partial record Layer
{
    /// <summary>
    /// Scales each input by the median and quartiles of the training rows and clips it smoothly to ±3; missing values (NaN) and constant
    /// features become 0. See <see cref="RobustScaleLayer"/> for the formula.
    /// </summary>
    /// <remarks>It is the first layer of the trainers' default network. Its values are learned only if it is the first layer.</remarks>
    public static Layer RobustScale { get; } = new RobustScaleLayer();
}

/// <summary>Input scaling learned from the training rows, robust to outliers; see <see cref="Layer.RobustScale"/>.</summary>
/// <remarks>
/// <c>z = (x − center) · scale</c> in single precision, NaN becoming 0, clipped to ±<see cref="StandardizeLayer.Limit"/>; then
/// <c>y = z / √(1 + (z / 3)²)</c>, which is between ±<see cref="Bound"/> and is nearly z for small z. The center is the median. The
/// scale is 1 / (upper − lower quartile), or 0 for a constant feature (Holzmüller et al. 2024, "robust scaling with smooth clipping").
/// If the quartiles are equal, it is 2 / (maximum − minimum) for a feature with two values, and for others 1 / (median distance from
/// the center of the values that differ from it), which long tails do not distort.
/// </remarks>
public sealed record RobustScaleLayer : Layer
{
    /// <summary>The magnitude that no output exceeds.</summary>
    public const float Bound = 3f;

    /// <summary>Applies the layer to one number.</summary>
    internal static float Apply(float x, float center, float scale)
    {
        float z = StandardizeLayer.Apply(x, center, scale);
        return z / MathF.Sqrt(1 + (z * z / (Bound * Bound)));
    }

    internal RobustScaleLayer()
    {
    }

    /// <inheritdoc/>
    public override string Kind => "RobustScale";

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Scaling;

    internal override IEnumerable<LayerSetting> Settings => [];

    internal override bool IsElementwise => true;

    internal override bool HasManagedGradient => false;

    internal override bool IsInputScaling => true;

    internal override T Accept<T>(LayerReader<T> reader, LayerNode node, T x) => reader.RobustScale(node, this, x);

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator) => new(this, path, inputWidth, inputWidth,
        [allocator.Buffer(path, "center", TensorStart.Zeros, inputWidth), allocator.Buffer(path, "scale", TensorStart.Ones, inputWidth)]);

    internal override string Describe(int inputWidth) => $"{inputWidth}";

    /// <inheritdoc/>
    public override string ToString() => Kind;
}
