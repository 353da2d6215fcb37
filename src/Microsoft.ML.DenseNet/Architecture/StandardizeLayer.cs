namespace Microsoft.ML.DenseNet;

/// <summary>Input scaling learned from the training rows; see <see cref="Layer.Standardize"/>.</summary>
/// <remarks>
/// <c>z = (x − mean) · scale</c> in single precision, NaN becoming 0, clipped to ±<see cref="Limit"/>. The scale is
/// 1 / (population standard deviation), and 0 for a constant feature, whose value then never matters.
/// </remarks>
public sealed record StandardizeLayer : Layer
{
    /// <summary>
    /// The largest magnitude that leaves the layer, in standard deviations. No training row of fewer than 10⁸ rows can reach it;
    /// it keeps a wild value at prediction from overflowing the network to NaN.
    /// </summary>
    public const float Limit = 1e4f;

    internal StandardizeLayer()
    {
    }

    /// <inheritdoc/>
    public override string Kind => "Standardize";

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator) => new(this, path, inputWidth, inputWidth,
        [allocator.Buffer(path, "mean", inputWidth), allocator.Buffer(path, "scale", inputWidth)]);

    internal override string Describe(int inputWidth) => $"{inputWidth}";

    /// <inheritdoc/>
    public override string ToString() => Kind;
}
