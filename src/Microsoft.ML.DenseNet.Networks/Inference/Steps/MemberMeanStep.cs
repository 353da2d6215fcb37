using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="MemberMeanLayer"/>. Uses double precision, because there is little work.</summary>
/// <param name="layer">The layer.</param>
/// <param name="input">The members side by side.</param>
/// <param name="output">Where the result goes; must not be the input.</param>
internal sealed class MemberMeanStep(MemberMeanLayer layer, Operand input, Operand output) : ProgramStep
{
    /// <inheritdoc/>
    [SkipLocalsInit]
    public override void Run(in Frame frame)
    {
        ref float x = ref Unsafe.AsRef(in frame.Read(input, out nuint inputStride));
        ref float y = ref frame.Write(output, out nuint outputStride);
        Span<double> scratch = stackalloc double[2 * Layer.MaximumMembers];
        for (int row = 0; row < frame.Rows; row++)
        {
            var members = MemoryMarshal.CreateReadOnlySpan(in x, input.Width);
            var outputs = MemoryMarshal.CreateSpan(ref y, output.Width);
            if (layer.Mean == MeanKind.ClassProbabilities)
                LogMeanSoftmax(members, outputs, scratch);
            else
                MeanByOutput(members, outputs, scratch);
            x = ref Unsafe.Add(ref x, inputStride);
            y = ref Unsafe.Add(ref y, outputStride);
        }
    }

    public override string ToString() => layer.ToString();

    private void MeanByOutput(ReadOnlySpan<float> members, Span<float> outputs, Span<double> scratch)
    {
        var values = scratch[..layer.Members];
        for (int i = 0; i < outputs.Length; i++)
        {
            for (int member = 0; member < values.Length; member++)
                values[member] = members[(member * outputs.Length) + i];
            outputs[i] = (float)(layer.Mean switch
            {
                MeanKind.Exponentials => LogSum(values) - Math.Log(values.Length),
                MeanKind.Probabilities => Logit(values, scratch.Slice(layer.Members, layer.Members)),
                _ => Sum(values) / values.Length,
            });
        }
    }

    /// <summary>The logit of the mean of the logistic function: ln Σ σ(x) − ln Σ σ(−x).</summary>
    private static double Logit(Span<double> values, Span<double> opposite)
    {
        for (int i = 0; i < values.Length; i++)
        {
            double x = values[i], tail = Math.Log(1 + Math.Exp(-Math.Abs(x)));
            values[i] = Math.Min(x, 0) - tail;
            opposite[i] = Math.Min(-x, 0) - tail;
        }

        return LogSum(values) - LogSum(opposite);
    }

    private void LogMeanSoftmax(ReadOnlySpan<float> members, Span<float> outputs, Span<double> scratch)
    {
        // The logarithm of each member's softmax denominator.
        var divisors = scratch[..layer.Members];
        for (int member = 0; member < divisors.Length; member++)
        {
            double largest = double.NegativeInfinity, sum = 0;
            var logits = members.Slice(member * outputs.Length, outputs.Length);
            foreach (float logit in logits)
                largest = Math.Max(largest, logit);
            foreach (float logit in logits)
                sum += Math.Exp(logit - largest);
            divisors[member] = largest + Math.Log(sum);
        }

        var logarithms = scratch.Slice(layer.Members, layer.Members);
        for (int i = 0; i < outputs.Length; i++)
        {
            for (int member = 0; member < divisors.Length; member++)
                logarithms[member] = members[(member * outputs.Length) + i] - divisors[member];
            outputs[i] = (float)(LogSum(logarithms) - Math.Log(divisors.Length));
        }
    }

    /// <summary>ln Σ eˣ; the largest is subtracted first, so that nothing overflows.</summary>
    private static double LogSum(ReadOnlySpan<double> values)
    {
        double largest = double.NegativeInfinity, sum = 0;
        foreach (double value in values)
            largest = Math.Max(largest, value);
        if (double.IsInfinity(largest))
            return largest;
        foreach (double value in values)
            sum += Math.Exp(value - largest);
        return largest + Math.Log(sum);
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
            sum += value;
        return sum;
    }
}
