namespace Microsoft.ML.DenseNet;

/// <summary>Units <c>Σ weight · min(max((x − start) · scale, 0), 1)</c> over the bins of a number x.</summary>
/// <param name="Slot">The number's slot.</param>
/// <param name="Start">Where each bin starts.</param>
/// <param name="Scale">1 / the width of each bin; 0 for a bin that is not used.</param>
/// <param name="Weights">For each unit, the weight of each bin.</param>
internal sealed record EmbeddedBins(int Slot, ReadOnlyMemory<float> Start, ReadOnlyMemory<float> Scale, IReadOnlyList<ReadOnlyMemory<float>> Weights)
    : EmbeddedNumber(Slot, Weights)
{
    /// <summary>How far from 0 a bin of a <see cref="BinTable"/> may start or end.</summary>
    private const float FarthestKnot = 1e30f;

    /// <inheritdoc/>
    public override bool IsFinite => base.IsFinite && FiniteValues.AreAll(Start.Span) && FiniteValues.AreAll(Scale.Span);

    /// <summary>Whether a <see cref="BinTable"/> can hold them: all values are finite, and so are the places where bins end.</summary>
    public bool HasTable
    {
        get
        {
            if (!IsFinite)
                return false;
            for (int bin = 0; bin < Scale.Length; bin++)
            {
                float start = Start.Span[bin], scale = Scale.Span[bin];
                if (Math.Abs(start) > FarthestKnot || (scale != 0 && Math.Abs(scale) < 1 / FarthestKnot))
                    return false;
            }

            return true;
        }
    }

    /// <inheritdoc/>
    public override EmbeddedUnits Keep(IReadOnlyList<int> units) => this with { Weights = WeightsOf(units) };

    /// <inheritdoc/>
    public override double? Constant(int unit, ColumnFacts facts) => IsUnused(unit) ? 0 : facts.IsZero(Slot) ? AtZero(unit) : null;

    /// <summary>Whether both have the same bins of the same number.</summary>
    public bool HasBinsOf(EmbeddedBins other) =>
        Slot == other.Slot && Start.Span.SequenceEqual(other.Start.Span) && Scale.Span.SequenceEqual(other.Scale.Span);

    private bool IsUnused(int unit)
    {
        for (int bin = 0; bin < Scale.Length; bin++)
        {
            if (Weights[unit].Span[bin] != 0 && Scale.Span[bin] != 0)
                return false;
        }

        return true;
    }

    private double AtZero(int unit)
    {
        double sum = 0;
        for (int bin = 0; bin < Scale.Length; bin++)
            sum += Weights[unit].Span[bin] * Math.Clamp(-(double)Start.Span[bin] * Scale.Span[bin], 0, 1);
        return sum;
    }
}
