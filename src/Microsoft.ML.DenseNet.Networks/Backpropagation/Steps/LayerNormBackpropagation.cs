using System.Buffers;
using System.Numerics.Tensors;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// See <see cref="Layer.LayerNorm"/>: with z = (x − mean) r, r = 1 / √(variance + ε) and y = w z + b,
/// ∂x = r (∂z − mean(∂z) − z mean(z ∂z)) for ∂z = w ∂y; ∂w = the column sums of z ∂y, ∂b those of ∂y.
/// </summary>
/// <param name="weight">[width].</param>
/// <param name="bias">[width].</param>
/// <param name="epsilon">Added to the variance.</param>
/// <param name="capacity">The maximum number of rows.</param>
/// <param name="input">[rows, width].</param>
/// <param name="output">[rows, width].</param>
internal sealed unsafe class LayerNormBackpropagation(TrainedValues weight, TrainedValues bias, float epsilon, int capacity, Activations input, Activations output)
    : BackpropagationStep(input, output)
{
    private readonly float[] _means = new float[capacity];
    private readonly float[] _scales = new float[capacity];

    public override bool IsTrained => true;

    public override int GradientParts => 1;

    public override void Forward(int first, int rows, in Pass pass)
    {
        int width = Input.Width;
        var weights = new ReadOnlySpan<float>(weight.Values, width);
        var biases = new ReadOnlySpan<float>(bias.Values, width);
        for (int row = first; row < first + rows; row++)
        {
            var x = new ReadOnlySpan<float>(Input.Values + ((long)row * Input.Stride), width);
            var y = new Span<float>(Output.Values + ((long)row * Output.Stride), width);
            _means[row] = TensorPrimitives.Sum(x) / width;
            TensorPrimitives.Subtract(x, _means[row], y);
            _scales[row] = 1 / MathF.Sqrt((TensorPrimitives.SumOfSquares<float>(y) / width) + epsilon);
            TensorPrimitives.Multiply(y, _scales[row], y);
            TensorPrimitives.MultiplyAdd(y, weights, biases, y);
        }
    }

    public override void Backward(int first, int rows, in Pass pass)
    {
        int width = Input.Width;
        var weights = new ReadOnlySpan<float>(weight.Values, width);
        float[] rented = ArrayPool<float>.Shared.Rent(2 * width);
        Span<float> inner = rented.AsSpan(0, width), z = rented.AsSpan(width, width);
        for (int row = first; row < first + rows; row++)
        {
            TensorPrimitives.Multiply(new ReadOnlySpan<float>(Output.Gradient + ((long)row * Output.Stride), width), weights, inner);
            Normalize(row, z);
            float mean = TensorPrimitives.Sum<float>(inner) / width;
            float slope = TensorPrimitives.Dot<float>(inner, z) / width;
            TensorPrimitives.Subtract(inner, mean, inner);
            TensorPrimitives.MultiplyAdd(z, -slope, inner, inner);
            TensorPrimitives.Multiply(inner, _scales[row], inner);
            fixed (float* values = inner)
                AddBackpropagation.Move(values, Input.Gradient + ((long)row * Input.Stride), width, AddsToGradient);
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    public override void ComputeParameterGradient(int part, int rows, bool adds)
    {
        int width = Input.Width;
        var weightGradient = new Span<float>(weight.Gradient, width);
        var biasGradient = new Span<float>(bias.Gradient, width);
        if (!adds)
        {
            weightGradient.Clear();
            biasGradient.Clear();
        }

        Span<float> z = new float[width];
        for (int row = 0; row < rows; row++)
        {
            var outer = new ReadOnlySpan<float>(Output.Gradient + ((long)row * Output.Stride), width);
            Normalize(row, z);
            TensorPrimitives.MultiplyAdd(outer, z, weightGradient, weightGradient);
            TensorPrimitives.Add(biasGradient, outer, biasGradient);
        }
    }

    private void Normalize(int row, Span<float> z)
    {
        TensorPrimitives.Subtract(new ReadOnlySpan<float>(Input.Values + ((long)row * Input.Stride), Input.Width), _means[row], z);
        TensorPrimitives.Multiply(z, _scales[row], z);
    }
}
