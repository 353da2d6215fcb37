using System.Numerics.Tensors;

namespace Microsoft.ML.DenseNet;

/// <summary>One term of a sum: the first is copied, the others are added; each term's gradient is that of the sum.</summary>
/// <param name="isFirst">Whether it is the first term.</param>
/// <param name="input">[rows, width].</param>
/// <param name="output">[rows, width].</param>
internal sealed unsafe class AddBackpropagation(bool isFirst, Activations input, Activations output) : BackpropagationStep(input, output)
{
    public override void Forward(int first, int rows, in Pass pass)
    {
        for (int row = first; row < first + rows; row++)
            Move(Input.Values + ((long)row * Input.Stride), Output.Values + ((long)row * Output.Stride), Output.Width, adds: !isFirst);
    }

    public override void Backward(int first, int rows, in Pass pass)
    {
        for (int row = first; row < first + rows; row++)
            Move(Output.Gradient + ((long)row * Output.Stride), Input.Gradient + ((long)row * Input.Stride), Output.Width, AddsToGradient);
    }

    /// <summary>Copies values, or adds them to what is there.</summary>
    internal static void Move(float* source, float* target, int count, bool adds)
    {
        var from = new ReadOnlySpan<float>(source, count);
        var to = new Span<float>(target, count);
        if (adds)
            TensorPrimitives.Add(to, from, to);
        else
            from.CopyTo(to);
    }
}
