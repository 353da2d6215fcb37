namespace Microsoft.ML.DenseNet;

/// <summary>A part of an embedding and where its output goes.</summary>
/// <param name="Part">The part.</param>
/// <param name="Column">Its first column in the output.</param>
internal readonly record struct Placed<TPart>(TPart Part, int Column)
    where TPart : EmbeddedPart;
