namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="DestandardizeLayer"/>: y = x s + m, ∂x = s ∂y.</summary>
/// <param name="mean">[units].</param>
/// <param name="scale">[units].</param>
/// <param name="input">[rows, units].</param>
/// <param name="output">[rows, units].</param>
internal sealed unsafe class DestandardizeBackpropagation(float* mean, float* scale, Activations input, Activations output) : ScalingBackpropagation(input, output)
{
    protected override float Value(float x, int unit) => (x * scale[unit]) + mean[unit];

    protected override float Slope(float x, int unit) => scale[unit];
}
