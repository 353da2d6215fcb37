namespace Microsoft.ML.DenseNet;

/// <summary>Slots that are copied.</summary>
/// <param name="Slot">The first slot.</param>
/// <param name="Count">The number of slots.</param>
internal sealed record EmbeddedCopy(int Slot, int Count) : EmbeddedPart
{
    /// <inheritdoc/>
    public override int Width => Count;
}
