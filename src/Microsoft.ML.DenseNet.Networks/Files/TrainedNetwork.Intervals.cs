using System.Buffers;

namespace Microsoft.ML.DenseNet;

/// <content>Intervals for numbers, which the trainer's option <c>IntervalCoverages</c> asks for.</content>
public sealed partial class TrainedNetwork
{
    /// <summary>Rows whose outputs are kept at a time.</summary>
    private const int IntervalRows = 256;

    /// <summary>The coverages for which the network predicts intervals, ascending; empty if the trainer was not asked for any.</summary>
    public IReadOnlyList<double> IntervalCoverages => Signature.Intervals?.Coverages ?? [];

    /// <summary>The number of values from which the columns of ML.NET's scorer are made: the outputs and, if intervals have one, the row's scale.</summary>
    internal int ColumnInputWidth => Layout.OutputWidth + (IntervalScale is null ? 0 : 1);

    /// <summary>Computes the scale of a row's intervals; null if they are as wide in every row, or there are none.</summary>
    internal TrainedNetwork? IntervalScale => Signature.Intervals?.Scale;

    /// <summary>The lowest value that intervals may have: 0 if the prediction is an exponential, otherwise minus infinity.</summary>
    internal float IntervalMinimum => Layout.OutputStage is { TakesExponential: true } ? 0 : float.NegativeInfinity;

    /// <summary>Returns the interval of one row for a coverage, bit for bit as in ML.NET's columns <c>IntervalLower</c> and <c>IntervalUpper</c>.</summary>
    /// <param name="features">One value for each network input.</param>
    /// <param name="coverage">One of <see cref="IntervalCoverages"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="coverage"/> is none of <see cref="IntervalCoverages"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="features"/> has the wrong number of values.</exception>
    /// <exception cref="InvalidOperationException">The network was trained without intervals.</exception>
    public PredictionInterval PredictInterval(ReadOnlySpan<float> features, double coverage)
    {
        int index = RequireIntervals().Coverages.ToList().IndexOf(coverage);
        if (index < 0)
            throw new ArgumentOutOfRangeException(nameof(coverage), coverage, FormattableString.Invariant($"The coverage is {coverage}; the network has intervals for {string.Join(", ", IntervalCoverages.Select(known => FormattableString.Invariant($"{known}")))}. Train with IntervalCoverages for others."));
        Span<float> lower = stackalloc float[IntervalRule.MaximumCoverages], upper = stackalloc float[IntervalRule.MaximumCoverages];
        PredictIntervals(features, lower[..IntervalCoverages.Count], upper[..IntervalCoverages.Count]);
        return new PredictionInterval(lower[index], upper[index]);
    }

    /// <summary>Predicts the intervals of one row for all <see cref="IntervalCoverages"/>.</summary>
    /// <param name="features">One value for each network input.</param>
    /// <param name="lower">Receives the lower bound for each coverage, in the label's unit.</param>
    /// <param name="upper">Receives the upper bound for each coverage.</param>
    /// <exception cref="ArgumentException">A span has the wrong number of values.</exception>
    /// <exception cref="InvalidOperationException">The network was trained without intervals.</exception>
    public void PredictIntervals(ReadOnlySpan<float> features, Span<float> lower, Span<float> upper) => PredictIntervalBlock(features, 1, lower, upper);

    /// <summary>Predicts the intervals of many rows, faster than one by one and with the same bits.</summary>
    /// <param name="features">Shape [<paramref name="rows"/>, inputs], row-major.</param>
    /// <param name="rows">The number of rows; may be 0.</param>
    /// <param name="lower">Receives the lower bounds, of shape [<paramref name="rows"/>, coverages], row-major, in the label's unit.</param>
    /// <param name="upper">Receives the upper bounds, of the same shape.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/> is below 0.</exception>
    /// <exception cref="ArgumentException">A span's length does not match its shape.</exception>
    /// <exception cref="InvalidOperationException">The network was trained without intervals.</exception>
    public void PredictIntervalBlock(ReadOnlySpan<float> features, int rows, Span<float> lower, Span<float> upper)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        int coverages = RequireIntervals().Coverages.Count, inputs = Layout.InputWidth, width = Layout.OutputWidth;
        CheckLength(features.Length, (long)rows * inputs, nameof(features));
        CheckLength(lower.Length, (long)rows * coverages, nameof(lower));
        CheckLength(upper.Length, (long)rows * coverages, nameof(upper));
        int most = Math.Min(rows, IntervalRows);
        float[] outputs = ArrayPool<float>.Shared.Rent(checked(most * width));
        float[] scales = ArrayPool<float>.Shared.Rent(most);
        scales.AsSpan(0, most).Fill(1);
        for (int start = 0, count; start < rows; start += count)
        {
            count = Math.Min(most, rows - start);
            var block = features.Slice(start * inputs, count * inputs);
            ComputeOutputBlock(block, count, outputs.AsSpan(0, count * width));
            IntervalScale?.ComputeOutputBlock(block, count, scales.AsSpan(0, count));
            for (int row = 0; row < count; row++)
                ToIntervals(outputs.AsSpan(row * width, width), scales[row], lower.Slice((start + row) * coverages, coverages), upper.Slice((start + row) * coverages, coverages));
        }

        ArrayPool<float>.Shared.Return(outputs);
        ArrayPool<float>.Shared.Return(scales);
    }

    /// <summary>Makes intervals of a row's outputs and its scale.</summary>
    internal void ToIntervals(ReadOnlySpan<float> outputs, float scale, Span<float> lower, Span<float> upper) =>
        Signature.Intervals!.Apply(outputs, Signature.ScoreOutput, scale, IntervalMinimum, lower, upper);

    private IntervalRule RequireIntervals() => Signature.Intervals
        ?? throw new InvalidOperationException("The network has no intervals: train it with IntervalCoverages, an option of the regression trainer.");
}
