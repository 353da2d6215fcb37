namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="MissingIndicatorsLayer"/>: an indicator has no slope, so the gradient is that of the copied inputs.</summary>
/// <param name="slots">The inputs that have an indicator.</param>
/// <param name="input">[rows, inputs].</param>
/// <param name="output">[rows, inputs + indicators].</param>
internal sealed unsafe class MissingIndicatorsBackpropagation(int[] slots, Activations input, Activations output) : BackpropagationStep(input, output)
{
    public override void Forward(int first, int rows, in Pass pass)
    {
        for (int row = first; row < first + rows; row++)
        {
            float* x = Input.Values + ((long)row * Input.Stride);
            float* y = Output.Values + ((long)row * Output.Stride);
            AddBackpropagation.Move(x, y, Input.Width, adds: false);
            for (int i = 0; i < slots.Length; i++)
                y[Input.Width + i] = float.IsNaN(x[slots[i]]) ? 1 : 0;
        }
    }

    public override void Backward(int first, int rows, in Pass pass)
    {
        for (int row = first; row < first + rows; row++)
            AddBackpropagation.Move(Output.Gradient + ((long)row * Output.Stride), Input.Gradient + ((long)row * Input.Stride), Input.Width, AddsToGradient);
    }
}
