namespace Microsoft.ML.DenseNet;

/// <summary>A layer that scales each unit with values that are not trained: y = f(x), ∂x = ∂y f′(x), with f given unit by unit.</summary>
/// <remarks>The trainers never put one where features are wide: input scaling comes before the passes, and target scaling has one unit.</remarks>
/// <param name="input">[rows, units].</param>
/// <param name="output">[rows, units].</param>
internal abstract unsafe class ScalingBackpropagation(Activations input, Activations output) : BackpropagationStep(input, output)
{
    public sealed override void Forward(int first, int rows, in Pass pass)
    {
        for (int row = first; row < first + rows; row++)
        {
            float* x = Input.Values + ((long)row * Input.Stride);
            float* y = Output.Values + ((long)row * Output.Stride);
            for (int unit = 0; unit < Input.Width; unit++)
                y[unit] = Value(x[unit], unit);
        }
    }

    public sealed override void Backward(int first, int rows, in Pass pass)
    {
        for (int row = first; row < first + rows; row++)
        {
            float* x = Input.Values + ((long)row * Input.Stride);
            float* outer = Output.Gradient + ((long)row * Output.Stride);
            float* inner = Input.Gradient + ((long)row * Input.Stride);
            for (int unit = 0; unit < Input.Width; unit++)
                inner[unit] = (AddsToGradient ? inner[unit] : 0) + (outer[unit] * Slope(x[unit], unit));
        }
    }

    protected abstract float Value(float x, int unit);

    protected abstract float Slope(float x, int unit);
}
