using System.Numerics.Tensors;

namespace Microsoft.ML.DenseNet;

/// <summary>One Linear in place of several: next to each other, added, or one after the other.</summary>
internal static class LinearAlgebra
{
    /// <summary>The most products that a compiler computes to join two Linears: a few milliseconds.</summary>
    private const long MaximumProducts = 1 << 23;

    /// <summary>Returns a Linear that computes the outputs of several, which read the same input, side by side.</summary>
    /// <param name="linears">Linears that are not <see cref="PlannedLinear.IsByInput"/>.</param>
    public static PlannedLinear Stack(IReadOnlyList<PlannedLinear> linears)
    {
        float[] weights = new float[checked(linears[0].Inputs * linears.Sum(linear => linear.Outputs))];
        int first = 0;
        foreach (var linear in linears)
        {
            linear.Weights.CopyTo(weights.AsSpan(first));
            first += linear.Weights.Length;
        }

        return new PlannedLinear(weights, [.. linears.SelectMany(linear => linear.Bias)], linears[0].Inputs);
    }

    /// <summary>Returns a Linear that reads the inputs of several side by side and adds up their outputs.</summary>
    /// <param name="linears">Linears that are not <see cref="PlannedLinear.IsByInput"/>.</param>
    public static PlannedLinear SumOfInputs(IReadOnlyList<PlannedLinear> linears)
    {
        int outputs = linears[0].Outputs, inputs = linears.Sum(linear => linear.Inputs);
        float[] weights = new float[checked(outputs * inputs)];
        int first = 0;
        foreach (var linear in linears)
        {
            for (int unit = 0; unit < outputs; unit++)
                linear.Weights.Slice(unit * linear.Inputs, linear.Inputs).CopyTo(weights.AsSpan((unit * inputs) + first));
            first += linear.Inputs;
        }

        return new PlannedLinear(weights, SumOfBias(linears), inputs);
    }

    /// <summary>Returns the sum of several Linears that read the same input.</summary>
    /// <param name="linears">Linears with the same layout of weights.</param>
    public static PlannedLinear Sum(IReadOnlyList<PlannedLinear> linears)
    {
        float[] weights = new float[linears[0].Weights.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            double sum = 0;
            foreach (var linear in linears)
                sum += linear.Weights[i];
            weights[i] = (float)sum;
        }

        return new PlannedLinear(weights, SumOfBias(linears), linears[0].Inputs, linears[0].IsByInput);
    }

    /// <summary>Returns a Linear with some of the inputs only.</summary>
    /// <param name="linear">A Linear that is not <see cref="PlannedLinear.IsByInput"/>.</param>
    /// <param name="inputs">The inputs to keep, in order.</param>
    /// <param name="bias">The new bias.</param>
    public static PlannedLinear Keep(PlannedLinear linear, IReadOnlyList<int> inputs, double[] bias)
    {
        float[] weights = new float[linear.Outputs * inputs.Count];
        for (int unit = 0; unit < linear.Outputs; unit++)
        {
            var row = linear.Weights.Slice(unit * linear.Inputs, linear.Inputs);
            var kept = weights.AsSpan(unit * inputs.Count, inputs.Count);
            for (int i = 0; i < kept.Length; i++)
                kept[i] = row[inputs[i]];
        }

        return new PlannedLinear(weights, bias, inputs.Count);
    }

    /// <summary>Returns two Linears, one after the other, as one; null if that would not be cheaper for a row, or too expensive to compute.</summary>
    public static PlannedLinear? Product(PlannedLinear first, PlannedLinear second)
    {
        long joined = (long)first.Inputs * second.Outputs, apart = (long)first.Outputs * ((long)first.Inputs + second.Outputs);
        if (joined > apart || joined * first.Outputs > MaximumProducts || second.IsByInput || !first.IsFinite || !second.IsFinite)
            return null;

        float[] weights = new float[joined];
        double[] bias = new double[second.Outputs];
        double[] sums = new double[first.Inputs], column = new double[first.Inputs];
        for (int unit = 0; unit < second.Outputs; unit++)
        {
            Array.Clear(sums);
            bias[unit] = second.Bias[unit];
            for (int k = 0; k < first.Outputs; k++)
            {
                double factor = second.Weights[(unit * first.Outputs) + k];
                bias[unit] += factor * first.Bias[k];
                Read(first, k, column);
                TensorPrimitives.MultiplyAdd(column, factor, sums, sums);
            }

            for (int i = 0; i < sums.Length; i++)
                weights[first.IsByInput ? (i * second.Outputs) + unit : (unit * first.Inputs) + i] = (float)sums[i];
        }

        return new PlannedLinear(weights, bias, first.Inputs, first.IsByInput);
    }

    private static void Read(PlannedLinear linear, int unit, double[] weights)
    {
        var values = linear.Weights;
        int place = linear.IsByInput ? unit : unit * linear.Inputs, step = linear.IsByInput ? linear.Outputs : 1;
        for (int i = 0; i < weights.Length; i++, place += step)
            weights[i] = values[place];
    }

    private static double[] SumOfBias(IReadOnlyList<PlannedLinear> linears) =>
        [.. Enumerable.Range(0, linears[0].Outputs).Select(unit => linears.Sum(linear => linear.Bias[unit]))];
}
