namespace Microsoft.ML.DenseNet;

/// <summary>Parts side by side, most of which depend on a single slot: a Select, the embeddings of numbers, or a Concat of them.</summary>
/// <param name="Parts">The parts, in the order of their columns.</param>
internal sealed record PlannedEmbedding(IReadOnlyList<EmbeddedPart> Parts) : PlannedStage
{
    /// <summary>The number of columns.</summary>
    public int Width { get; } = Parts.Sum(part => part.Width);

    /// <summary>Whether nothing is computed, only copied.</summary>
    public bool IsSelection => Parts.All(part => part is EmbeddedCopy);

    /// <summary>The embedding that reads the columns of a selection, made to read the selection's input; null if that is not possible.</summary>
    public PlannedEmbedding? After(PlannedEmbedding selection)
    {
        int[] slots = [.. selection.Parts.Cast<EmbeddedCopy>().SelectMany(part => Enumerable.Range(part.Slot, part.Count))];
        var parts = new List<EmbeddedPart>();
        foreach (var part in Parts)
        {
            switch (part)
            {
                case EmbeddedCopy copy:
                    parts.AddRange(Enumerable.Range(copy.Slot, copy.Count).Select(slot => new EmbeddedCopy(slots[slot], 1)));
                    break;
                case EmbeddedNumber number:
                    parts.Add(number with { Slot = slots[number.Slot] });
                    break;
                default:
                    return null;
            }
        }

        return new PlannedEmbedding(parts);
    }
}
