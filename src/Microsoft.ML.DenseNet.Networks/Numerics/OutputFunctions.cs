using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.DenseNet;

/// <summary>Turns a network's outputs into probabilities.</summary>
internal static class OutputFunctions
{
    public static float Sigmoid(float logit) => 1f / (1f + MathF.Exp(-logit));

    /// <summary>Turns a row's outputs into its prediction, in place: a logit into the probability of the positive class, logits into one for each class. A number stays as it is.</summary>
    public static void ToPrediction(LearningTask task, Span<float> outputs)
    {
        if (task == LearningTask.BinaryClassification)
            outputs[0] = Sigmoid(outputs[0]);
        else if (task == LearningTask.MulticlassClassification)
            Softmax(outputs, outputs);
    }

    /// <summary>e^x over the sum of all e^x; the largest logit is subtracted first, so that nothing overflows. Both spans may be the same.</summary>
    public static void Softmax(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        TensorPrimitives.Subtract(logits, TensorPrimitives.Max(logits), probabilities);
        TensorPrimitives.Exp(probabilities, probabilities);
        TensorPrimitives.Divide(probabilities, Sum(probabilities), probabilities);
    }

    /// <summary>Returns the index of the largest value, the first of equal ones; -1 if all are NaN.</summary>
    public static int IndexOfLargest(ReadOnlySpan<float> values)
    {
        int best = -1;
        for (int i = 0; i < values.Length; i++)
        {
            if (best < 0 ? !float.IsNaN(values[i]) : values[i] > values[best])
                best = i;
        }

        return best;
    }

    /// <summary>Sums in an order that, unlike that of TensorPrimitives, does not depend on the machine's vectors, so that a model's probabilities do not either.</summary>
    private static float Sum(ReadOnlySpan<float> values)
    {
        var blocks = MemoryMarshal.Cast<float, Vector256<float>>(values);
        var sums = Vector256<float>.Zero;
        foreach (ref readonly var block in blocks)
            sums += block;
        float sum = 0;
        for (int lane = 0; lane < Vector256<float>.Count && blocks.Length > 0; lane++)
            sum += sums[lane];
        foreach (float value in values[(blocks.Length * Vector256<float>.Count)..])
            sum += value;
        return sum;
    }
}
