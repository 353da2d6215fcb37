namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="StandardizeLayer"/>: its slope is the scale, and 0 where it clips or replaces NaN.</summary>
/// <param name="mean">[units].</param>
/// <param name="scale">[units].</param>
/// <param name="input">[rows, units].</param>
/// <param name="output">[rows, units].</param>
internal sealed unsafe class StandardizeBackpropagation(float* mean, float* scale, Activations input, Activations output) : ScalingBackpropagation(input, output)
{
    protected override float Value(float x, int unit) => StandardizeLayer.Apply(x, mean[unit], scale[unit]);

    protected override float Slope(float x, int unit) => SlopeOf(x, mean[unit], scale[unit]);

    /// <summary>The slope for one number.</summary>
    internal static float SlopeOf(float x, float mean, float scale) => MathF.Abs((x - mean) * scale) <= StandardizeLayer.Limit ? scale : 0;
}
