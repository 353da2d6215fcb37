using System.Buffers;

namespace Microsoft.ML.DenseNet;

/// <content>Sets of classes, which the trainers' option <c>SetCoverage</c> asks for.</content>
public sealed partial class TrainedNetwork
{
    /// <summary>The share of rows whose class is to be in the set that the network predicts; null if the trainer was not asked for sets.</summary>
    public double? SetCoverage => Signature.Sets?.Coverage;

    /// <summary>The number of classes; 0 for a task without.</summary>
    internal int ClassCount => Signature.ClassCount(Layout);

    /// <summary>Predicts the set of classes of one row, as in ML.NET's column <c>PredictionSet</c>; it is never empty.</summary>
    /// <param name="features">One value for each network input.</param>
    /// <param name="isIncluded">Receives whether each class is in the set, in the order of <see cref="ClassNames"/>; for two classes the negative one first.</param>
    /// <returns>The number of classes in the set.</returns>
    /// <exception cref="ArgumentException">A span has the wrong number of values.</exception>
    /// <exception cref="InvalidOperationException">The network was trained without sets.</exception>
    public int PredictSet(ReadOnlySpan<float> features, Span<bool> isIncluded)
    {
        RequireSets();
        CheckLength(isIncluded.Length, ClassCount, nameof(isIncluded));
        float[]? rented = Layout.OutputWidth > MaximumOnStack ? ArrayPool<float>.Shared.Rent(Layout.OutputWidth) : null;
        Span<float> outputs = rented ?? stackalloc float[MaximumOnStack];
        outputs = outputs[..Layout.OutputWidth];
        ComputeOutputs(features, outputs);
        int count = ToSet(outputs, isIncluded);
        if (rented is not null)
            ArrayPool<float>.Shared.Return(rented);
        return count;
    }

    /// <summary>Predicts the sets of classes of many rows, faster than one by one and with the same result.</summary>
    /// <param name="features">Shape [<paramref name="rows"/>, inputs], row-major.</param>
    /// <param name="rows">The number of rows; may be 0.</param>
    /// <param name="isIncluded">Receives whether each class is in a row's set, of shape [<paramref name="rows"/>, classes], row-major.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/> is below 0.</exception>
    /// <exception cref="ArgumentException">A span's length does not match its shape.</exception>
    /// <exception cref="InvalidOperationException">The network was trained without sets.</exception>
    public void PredictSetBlock(ReadOnlySpan<float> features, int rows, Span<bool> isIncluded)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        RequireSets();
        int inputs = Layout.InputWidth, width = Layout.OutputWidth, classes = ClassCount;
        CheckLength(features.Length, (long)rows * inputs, nameof(features));
        CheckLength(isIncluded.Length, (long)rows * classes, nameof(isIncluded));
        int most = Math.Min(rows, IntervalRows);
        float[] outputs = ArrayPool<float>.Shared.Rent(checked(most * width));
        for (int start = 0, count; start < rows; start += count)
        {
            count = Math.Min(most, rows - start);
            ComputeOutputBlock(features.Slice(start * inputs, count * inputs), count, outputs.AsSpan(0, count * width));
            for (int row = 0; row < count; row++)
                ToSet(outputs.AsSpan(row * width, width), isIncluded.Slice((start + row) * classes, classes));
        }

        ArrayPool<float>.Shared.Return(outputs);
    }

    /// <summary>Makes the set of classes of a row's outputs, which it overwrites; returns how many are in it.</summary>
    internal int ToSet(Span<float> outputs, Span<bool> isIncluded)
    {
        ToPrediction(outputs);
        return Task == LearningTask.BinaryClassification
            ? Signature.Sets!.Apply([1 - outputs[0], outputs[0]], isIncluded)
            : Signature.Sets!.Apply(outputs, isIncluded);
    }

    private void RequireSets()
    {
        if (Signature.Sets is null)
            throw new InvalidOperationException("The network has no sets of classes: train it with SetCoverage, an option of the trainers for classes.");
    }
}
