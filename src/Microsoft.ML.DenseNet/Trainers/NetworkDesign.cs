namespace Microsoft.ML.DenseNet;

/// <summary>A network that is to be trained, with all of its values that the data or an earlier model decide.</summary>
/// <param name="Layout">The network, input scaling included.</param>
/// <param name="Buffers">The values that are not trained.</param>
/// <param name="Parameters">The trained values of an earlier model; null to start anew.</param>
internal sealed record NetworkDesign(NetworkLayout Layout, float[] Buffers, float[]? Parameters = null)
{
    /// <summary>The inputs that each feature has where an ensemble's members begin; empty where that does not matter.</summary>
    public IReadOnlyList<int> FeatureWidths { get; init; } = [];
}
