namespace Microsoft.ML.DenseNet;

/// <summary>A network to be trained, with all values that the data or an earlier model determine.</summary>
/// <param name="Layout">The network, input scaling included.</param>
/// <param name="Buffers">The values that are not trained.</param>
/// <param name="Parameters">The trained values of an earlier model; null to start from scratch.</param>
internal sealed record NetworkDesign(NetworkLayout Layout, float[] Buffers, float[]? Parameters = null)
{
    /// <summary>See <see cref="TrainingPlan.Categories"/>.</summary>
    public IReadOnlyList<SlotRange> Categories { get; init; } = [];

    /// <summary>The number of inputs that each feature has where an ensemble's members begin; empty if that does not matter.</summary>
    public IReadOnlyList<int> FeatureWidths { get; init; } = [];
}
