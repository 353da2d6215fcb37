namespace Microsoft.ML.DenseNet;

/// <summary>An embedding of single numbers: each slot has the same number of adjacent outputs.</summary>
/// <param name="Select">What chooses the slots; null if it reads all.</param>
/// <param name="Embedding">The embedding.</param>
/// <param name="Slots">The slot of each number that it reads.</param>
internal sealed record SlotEmbedding(LayerNode? Select, LayerNode Embedding, int[] Slots)
{
    /// <summary>The layers, in sequence.</summary>
    public IReadOnlyList<LayerNode> Layers => Select is null ? [Embedding] : [Select, Embedding];

    /// <summary>The number of outputs.</summary>
    public int Width => Embedding.OutputWidth;

    /// <summary>The slot that an output depends on.</summary>
    public int SlotOf(int output) => Slots[output / (Width / Slots.Length)];
}
