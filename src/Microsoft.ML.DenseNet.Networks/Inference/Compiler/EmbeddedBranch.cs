namespace Microsoft.ML.DenseNet;

/// <summary>Stages that read the embedding's input: a branch of a Concat that is not an embedding itself.</summary>
/// <param name="Stages">The stages.</param>
/// <param name="Columns">The width of their output.</param>
internal sealed record EmbeddedBranch(List<PlannedStage> Stages, int Columns) : EmbeddedPart
{
    /// <inheritdoc/>
    public override int Width => Columns;
}
