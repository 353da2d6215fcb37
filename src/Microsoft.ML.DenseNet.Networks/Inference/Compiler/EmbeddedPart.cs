namespace Microsoft.ML.DenseNet;

/// <summary>Some columns of a <see cref="PlannedEmbedding"/>.</summary>
internal abstract record EmbeddedPart
{
    /// <summary>The number of columns.</summary>
    public abstract int Width { get; }
}
