namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="RobustScaleLayer"/>: with z the standardized number, the slope is that of z, divided by (1 + (z / 3)²)^1.5.</summary>
/// <param name="center">[units].</param>
/// <param name="scale">[units].</param>
/// <param name="input">[rows, units].</param>
/// <param name="output">[rows, units].</param>
internal sealed unsafe class RobustScaleBackpropagation(float* center, float* scale, Activations input, Activations output) : ScalingBackpropagation(input, output)
{
    protected override float Value(float x, int unit) => RobustScaleLayer.Apply(x, center[unit], scale[unit]);

    protected override float Slope(float x, int unit)
    {
        float third = StandardizeLayer.Apply(x, center[unit], scale[unit]) / RobustScaleLayer.Bound;
        float square = 1 + (third * third);
        return StandardizeBackpropagation.SlopeOf(x, center[unit], scale[unit]) / (square * MathF.Sqrt(square));
    }
}
