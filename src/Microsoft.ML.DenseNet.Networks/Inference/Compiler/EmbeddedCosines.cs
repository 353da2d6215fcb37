namespace Microsoft.ML.DenseNet;

/// <summary>Units <c>Σ weight · cos(2π (frequency · x + phase)) + bias</c> of a number x.</summary>
/// <param name="Slot">The number's slot.</param>
/// <param name="Frequency">The frequency of each cosine.</param>
/// <param name="Phase">The phase of each cosine.</param>
/// <param name="Weights">For each unit, the weight of each cosine.</param>
/// <param name="Bias">The bias of each unit.</param>
internal sealed record EmbeddedCosines(int Slot, ReadOnlyMemory<float> Frequency, ReadOnlyMemory<float> Phase, IReadOnlyList<ReadOnlyMemory<float>> Weights, float[] Bias)
    : EmbeddedNumber(Slot, Weights)
{
    /// <inheritdoc/>
    public override bool IsFinite => base.IsFinite && FiniteValues.AreAll(Frequency.Span) && FiniteValues.AreAll(Phase.Span) && FiniteValues.AreAll(Bias);

    /// <inheritdoc/>
    public override EmbeddedUnits Keep(IReadOnlyList<int> units) => this with { Weights = WeightsOf(units), Bias = [.. units.Select(unit => Bias[unit])] };

    /// <inheritdoc/>
    public override double? Constant(int unit, ColumnFacts facts) => IsEmpty(unit) ? Bias[unit] : facts.IsZero(Slot) ? AtZero(unit) : null;

    private double AtZero(int unit)
    {
        double sum = Bias[unit];
        for (int k = 0; k < Phase.Length; k++)
            sum += Weights[unit].Span[k] * Math.Cos(2 * Math.PI * Phase.Span[k]);
        return sum;
    }
}
