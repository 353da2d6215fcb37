namespace Microsoft.ML.DenseNet;

/// <summary>Units that are linear combinations of something: of the cosines or bins of a number, or of the slots of a one-hot block.</summary>
/// <param name="Weights">For each unit, its weights.</param>
internal abstract record EmbeddedUnits(IReadOnlyList<ReadOnlyMemory<float>> Weights) : EmbeddedPart
{
    /// <inheritdoc/>
    public override int Width => Weights.Count;

    /// <summary>Whether all values are finite, so that a weight of 0 contributes nothing.</summary>
    public virtual bool IsFinite => Weights.All(weights => FiniteValues.AreAll(weights.Span));

    /// <summary>Returns the part with some of its units only.</summary>
    public abstract EmbeddedUnits Keep(IReadOnlyList<int> units);

    /// <summary>The value of a unit if it is the same in every row; otherwise null.</summary>
    public abstract double? Constant(int unit, ColumnFacts facts);

    /// <summary>Whether a unit has no weight other than 0.</summary>
    protected bool IsEmpty(int unit) => !Weights[unit].Span.ContainsAnyExcept(0f);

    /// <summary>The weights of some of the units.</summary>
    protected ReadOnlyMemory<float>[] WeightsOf(IReadOnlyList<int> units) => [.. units.Select(unit => Weights[unit])];
}
