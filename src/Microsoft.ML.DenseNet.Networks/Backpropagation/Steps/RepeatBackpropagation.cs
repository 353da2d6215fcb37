namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="RepeatLayer"/>: the input's gradient is the sum of those of its copies, in their order.</summary>
/// <param name="input">[rows, width].</param>
/// <param name="output">[rows, copies · width].</param>
internal sealed unsafe class RepeatBackpropagation(Activations input, Activations output) : BackpropagationStep(input, output)
{
    public override void Forward(int first, int rows, in Pass pass)
    {
        for (int row = first; row < first + rows; row++)
        {
            var x = new ReadOnlySpan<float>(Input.Values + ((long)row * Input.Stride), Input.Width);
            for (int column = 0; column < Output.Width; column += Input.Width)
                x.CopyTo(new Span<float>(Output.Values + ((long)row * Output.Stride) + column, Input.Width));
        }
    }

    public override void Backward(int first, int rows, in Pass pass)
    {
        for (int row = first; row < first + rows; row++)
        {
            for (int column = 0; column < Output.Width; column += Input.Width)
                AddBackpropagation.Move(Output.Gradient + ((long)row * Output.Stride) + column, Input.Gradient + ((long)row * Input.Stride), Input.Width, AddsToGradient || column > 0);
        }
    }
}
