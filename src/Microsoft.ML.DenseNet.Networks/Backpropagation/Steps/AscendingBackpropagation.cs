namespace Microsoft.ML.DenseNet;

/// <summary>
/// See <see cref="AscendingLayer"/>: each value moves itself and all beyond it, seen from the middle. In training, where the loss makes the values
/// ascend, there is no such step.
/// </summary>
/// <param name="middle">The column that stays as it is.</param>
/// <param name="input">[rows, quantiles].</param>
/// <param name="output">The same shape.</param>
internal sealed unsafe class AscendingBackpropagation(int middle, Activations input, Activations output) : BackpropagationStep(input, output)
{
    public override void Forward(int first, int rows, in Pass pass)
    {
        for (int row = first; row < first + rows; row++)
            AscendingLayer.Apply(new ReadOnlySpan<float>(Input.Values + ((long)row * Input.Stride), Input.Width), middle, new Span<float>(Output.Values + ((long)row * Output.Stride), Output.Width));
    }

    public override void Backward(int first, int rows, in Pass pass)
    {
        for (int row = first; row < first + rows; row++)
        {
            float* x = Input.Values + ((long)row * Input.Stride);
            float* outer = Output.Gradient + ((long)row * Output.Stride);
            float* inner = Input.Gradient + ((long)row * Input.Stride);
            double above = 0, below = 0;
            for (int i = Input.Width - 1; i > middle; i--)
            {
                above += outer[i];
                Set(inner, i, above * OutputFunctions.Sigmoid(x[i]));
            }

            for (int i = 0; i < middle; i++)
            {
                below += outer[i];
                Set(inner, i, -below * OutputFunctions.Sigmoid(x[i]));
            }

            Set(inner, middle, below + outer[middle] + above);
        }
    }

    private void Set(float* gradient, int column, double value) => gradient[column] = (AddsToGradient ? gradient[column] : 0) + (float)value;
}
