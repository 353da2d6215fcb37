namespace Microsoft.ML.DenseNet;

/// <summary>
/// A Linear over a one-hot block whose rows are stored in a <see cref="OneHotForm"/>: y is the column of W for the slot that is not 0,
/// times its value, and only that column has a gradient. The same bits as the product with all slots.
/// </summary>
/// <param name="column">The input's column with the place in the block; the value follows.</param>
/// <param name="slots">The number of slots in the block.</param>
/// <param name="input">Rows in that form.</param>
/// <param name="output">[rows, units].</param>
/// <param name="weight">[units, slots].</param>
/// <param name="bias">[units]; null for none.</param>
internal sealed unsafe class OneHotBackpropagation(int column, int slots, Activations input, Activations output, TrainedValues weight, TrainedValues? bias)
    : BackpropagationStep(input, output)
{
    /// <summary>The number of units whose gradient forms one part.</summary>
    private const int PartUnits = 16;

    public override bool IsTrained => true;

    public override int GradientParts => (Output.Width + PartUnits - 1) / PartUnits;

    public override void Forward(int first, int rows, in Pass pass)
    {
        int units = Output.Width;
        for (int row = first; row < first + rows; row++)
        {
            int place = Read(row, out float value);
            float* w = weight.Values + place;
            float* y = Output.Values + ((long)row * Output.Stride);
            for (int unit = 0; unit < units; unit++, w += slots)
                y[unit] = (value * *w) + (bias is { } b ? b.Values[unit] : 0);
        }
    }

    public override void Backward(int first, int rows, in Pass pass) => throw new InvalidOperationException("Features have no gradient.");

    public override void ComputeParameterGradient(int part, int rows, bool adds)
    {
        int first = part * PartUnits, count = Math.Min(PartUnits, Output.Width - first);
        float* target = weight.Gradient + ((long)first * slots);
        if (!adds)
            new Span<float>(target, count * slots).Clear();
        for (int row = 0; row < rows; row++)
        {
            int place = Read(row, out float value);
            float* gradient = Output.Gradient + ((long)row * Output.Stride) + first;
            float* sum = target + place;
            for (int unit = 0; unit < count; unit++, sum += slots)
                *sum = ScalarVector.MultiplyAdd(ScalarVector.Create(gradient[unit]), ScalarVector.Create(value), ScalarVector.Create(*sum)).First;
        }

        if (bias is { } shift)
            SumRows(first, count, rows, shift.Gradient + first, adds);
    }

    private int Read(int row, out float value)
    {
        float* pair = Input.Values + ((long)row * Input.Stride) + column;
        value = pair[1];
        return (int)pair[0];
    }

    private void SumRows(int first, int count, int rows, float* target, bool adds)
    {
        for (int unit = 0; unit < count; unit++)
        {
            float sum = 0;
            for (int row = 0; row < rows; row++)
                sum += Output.Gradient[((long)row * Output.Stride) + first + unit];
            target[unit] = (adds ? target[unit] : 0) + sum;
        }
    }
}
