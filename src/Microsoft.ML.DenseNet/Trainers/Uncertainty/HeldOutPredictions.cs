namespace Microsoft.ML.DenseNet;

/// <summary>What networks predict for rows that they have not learned from.</summary>
/// <param name="Rows">The rows, with targets as labels.</param>
/// <param name="Width">The number of values in a prediction.</param>
/// <param name="Values">The predictions, row-major.</param>
/// <param name="Parts">The part of each row, from 0: a network's own rows are in one part. All 0 if the networks share their held-out rows.</param>
/// <param name="PartCount">The number of parts.</param>
internal sealed record HeldOutPredictions(RowSet Rows, int Width, float[] Values, int[] Parts, int PartCount)
{
    /// <summary>All labels, in order.</summary>
    public float[] Labels { get; } = [.. Rows.Labels];

    /// <summary>All weights, in order.</summary>
    public double[] Weights { get; } = [.. Rows.Weights.Select(weight => (double)weight)];

    /// <summary>Collects the predictions of several networks.</summary>
    /// <param name="folds">The networks, with their outputs for rows that they did not see.</param>
    /// <param name="toPrediction">Turns a row's outputs into its prediction, in place.</param>
    public static HeldOutPredictions Of(IReadOnlyList<FoldResult> folds, Action<Span<float>> toPrediction)
    {
        FoldResult[] validated = [.. folds.Where(fold => fold.Validation is not null)];
        int width = validated[0].Network.Layout.OutputWidth;
        float[][] values = [.. validated.Select(fold => Convert(fold.Outputs, width, toPrediction))];
        var first = validated[0].Validation!;
        if (Array.TrueForAll(validated, fold => ReferenceEquals(fold.Validation, first)))
            return new HeldOutPredictions(first, width, Mean(values), new int[first.Count], 1);
        var rows = new RowSet(first.Width, first.HasWeights, [.. validated.SelectMany(fold => fold.Validation!.Blocks)]);
        int[] parts = [.. validated.SelectMany((fold, part) => Enumerable.Repeat(part, checked((int)fold.Validation!.Count)))];
        return new HeldOutPredictions(rows, width, [.. values.SelectMany(value => value)], parts, validated.Length);
    }

    /// <summary>The prediction of a row.</summary>
    public Span<float> this[int row] => Values.AsSpan(row * Width, Width);

    private static float[] Convert(float[] outputs, int width, Action<Span<float>> toPrediction)
    {
        float[] values = [.. outputs];
        for (int start = 0; start < values.Length; start += width)
            toPrediction(values.AsSpan(start, width));
        return values;
    }

    private static float[] Mean(float[][] values)
    {
        if (values.Length == 1)
            return values[0];
        float[] mean = new float[values[0].Length];
        for (int i = 0; i < mean.Length; i++)
            mean[i] = (float)values.Average(value => (double)value[i]);
        return mean;
    }
}
