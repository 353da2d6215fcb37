namespace Microsoft.ML.DenseNet;

/// <summary>One branch of a <see cref="Layer.Concat"/>: copies its columns into place.</summary>
/// <param name="column">The output column at which the branch begins.</param>
/// <param name="input">[rows, the branch's columns].</param>
/// <param name="output">[rows, all columns].</param>
internal sealed unsafe class PlaceBackpropagation(int column, Activations input, Activations output) : BackpropagationStep(input, output)
{
    public override void Forward(int first, int rows, in Pass pass)
    {
        for (int row = first; row < first + rows; row++)
            AddBackpropagation.Move(Input.Values + ((long)row * Input.Stride), Output.Values + ((long)row * Output.Stride) + column, Input.Width, adds: false);
    }

    public override void Backward(int first, int rows, in Pass pass)
    {
        for (int row = first; row < first + rows; row++)
            AddBackpropagation.Move(Output.Gradient + ((long)row * Output.Stride) + column, Input.Gradient + ((long)row * Input.Stride), Input.Width, AddsToGradient);
    }
}
