namespace Microsoft.ML.DenseNet;

/// <summary>Units that depend on one number.</summary>
/// <param name="Slot">The number's slot.</param>
/// <param name="Weights">For each unit, its weights.</param>
internal abstract record EmbeddedNumber(int Slot, IReadOnlyList<ReadOnlyMemory<float>> Weights) : EmbeddedUnits(Weights);
