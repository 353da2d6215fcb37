namespace Microsoft.ML.DenseNet;

/// <summary>Units that are a Linear of a one-hot block, few of whose slots are not 0.</summary>
/// <param name="Slot">The block's first slot.</param>
/// <param name="Count">The number of slots.</param>
/// <param name="Weights">For each unit, the weight of each slot.</param>
/// <param name="Bias">The bias of each unit.</param>
internal sealed record EmbeddedCategory(int Slot, int Count, IReadOnlyList<ReadOnlyMemory<float>> Weights, double[] Bias) : EmbeddedUnits(Weights)
{
    /// <inheritdoc/>
    public override bool IsFinite => base.IsFinite && Bias.All(double.IsFinite);

    /// <inheritdoc/>
    public override EmbeddedUnits Keep(IReadOnlyList<int> units) => this with { Weights = WeightsOf(units), Bias = [.. units.Select(unit => Bias[unit])] };

    /// <inheritdoc/>
    public override double? Constant(int unit, ColumnFacts facts) => IsEmpty(unit) ? Bias[unit] : null;
}
