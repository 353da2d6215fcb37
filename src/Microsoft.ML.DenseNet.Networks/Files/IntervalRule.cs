namespace Microsoft.ML.DenseNet;

/// <summary>
/// What makes intervals of a number's prediction: it minus and plus a factor, one for each coverage, times the row's scale; or, of predicted
/// quantiles, the lower one minus and the upper one plus the factor (conformalized quantile regression, Romano et al. 2019). Found by
/// the trainer on held-out rows.
/// </summary>
internal sealed record IntervalRule
{
    /// <summary>The most coverages that a model can have.</summary>
    public const int MaximumCoverages = 64;

    /// <summary>The most values of a <see cref="Scale"/>: the file holds them in its header.</summary>
    public const int MaximumScaleValues = 1 << 18;

    public IntervalRule(IReadOnlyList<double> coverages, IReadOnlyList<float> factors, TrainedNetwork? scale, IReadOnlyList<(int Lower, int Upper)>? quantiles = null)
    {
        Coverages = Array.AsReadOnly(coverages.ToArray());
        Factors = Array.AsReadOnly(factors.ToArray());
        Scale = scale;
        Quantiles = quantiles is null ? null : Array.AsReadOnly(quantiles.ToArray());
    }

    /// <summary>The coverages, each above 0 and below 1, ascending.</summary>
    public IReadOnlyList<double> Coverages { get; }

    /// <summary>The factor of each coverage; at least 0, unless it is added to quantiles.</summary>
    public IReadOnlyList<float> Factors { get; }

    /// <summary>Computes a row's scale, a number above 0, from the same features; null if it is 1 for every row.</summary>
    public TrainedNetwork? Scale { get; }

    /// <summary>The outputs that are the lower and the upper quantile of each coverage; null for intervals around the prediction.</summary>
    public IReadOnlyList<(int Lower, int Upper)>? Quantiles { get; }

    /// <summary>Returns what does not match between this rule and a network, as a clause; null if everything does.</summary>
    public string? Misfit(LearningTask task, NetworkLayout layout)
    {
        if (task != LearningTask.Regression)
            return $"there are intervals for {task}";
        if (Coverages.Count is 0 or > MaximumCoverages || Factors.Count != Coverages.Count)
            return $"intervals have {Coverages.Count} coverages and {Factors.Count} factors; the same number of each, from 1 to {MaximumCoverages}, is needed";
        for (int i = 0; i < Coverages.Count; i++)
        {
            if (!(Coverages[i] > (i == 0 ? 0 : Coverages[i - 1]) && Coverages[i] < 1))
                return $"a coverage of intervals is {Coverages[i]}; they must ascend between 0 and 1";
            if (!((Factors[i] >= 0 || Quantiles is not null) && float.IsFinite(Factors[i])))
                return $"a factor of intervals is {Factors[i]}; it must be at least 0 and finite";
        }

        if (Quantiles is not null)
            return MisfitOfQuantiles(layout.OutputWidth);
        if (Scale is null)
            return null;
        if (Scale.Layout.InputWidth != layout.InputWidth || Scale.Layout.OutputWidth != 1)
            return $"the scale of intervals reads {Scale.Layout.InputWidth} features and has {Scale.Layout.OutputWidth} outputs; {layout.InputWidth} and 1 are needed";
        long values = (long)Scale.Layout.ParameterCount + Scale.Layout.BufferCount;
        return values > MaximumScaleValues ? $"the scale of intervals has {values:N0} values; at most {MaximumScaleValues:N0} are accepted" : null;
    }

    /// <summary>Computes the bounds of a row.</summary>
    /// <param name="outputs">The network's outputs.</param>
    /// <param name="scoreOutput">The output that is the prediction.</param>
    /// <param name="scale">The row's scale.</param>
    /// <param name="minimum">No lower bound is below this: 0 for counts, otherwise minus infinity.</param>
    /// <param name="lower">Receives the lower bound for each coverage.</param>
    /// <param name="upper">Receives the upper bound for each coverage.</param>
    public void Apply(ReadOnlySpan<float> outputs, int scoreOutput, float scale, float minimum, Span<float> lower, Span<float> upper)
    {
        for (int i = 0; i < Factors.Count; i++)
        {
            float half = Factors[i] * scale;
            if (Quantiles is null)
            {
                lower[i] = MathF.Max(outputs[scoreOutput] - half, minimum);
                upper[i] = outputs[scoreOutput] + half;
                continue;
            }

            // A factor below 0 moves the quantiles towards each other, at most until they meet.
            float low = outputs[Quantiles[i].Lower], high = outputs[Quantiles[i].Upper], middle = (low + high) * 0.5f;
            lower[i] = MathF.Min(low - half, middle);
            upper[i] = MathF.Max(high + half, middle);
        }
    }

    private string? MisfitOfQuantiles(int outputs)
    {
        bool fits = Scale is null && Quantiles!.Count == Coverages.Count && Quantiles.All(pair => pair.Lower >= 0 && pair.Lower < pair.Upper && pair.Upper < outputs);
        return fits ? null : $"intervals of quantiles name outputs that a network of {outputs} does not have, or have a scale as well";
    }
}
