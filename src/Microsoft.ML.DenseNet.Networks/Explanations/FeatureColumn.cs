namespace Microsoft.ML.DenseNet;

/// <summary>The slots of a feature vector that one column of the data became.</summary>
/// <param name="Name">The column's name; empty if unknown.</param>
/// <param name="Slots">Its slots.</param>
public sealed record FeatureColumn(string Name, SlotRange Slots);
