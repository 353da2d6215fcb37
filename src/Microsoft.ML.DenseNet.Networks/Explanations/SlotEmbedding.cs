namespace Microsoft.ML.DenseNet;

/// <summary>An embedding of single numbers: each slot has the same number of adjacent outputs.</summary>
/// <param name="Layers">The layers from the scaled features to the embedding, which is the last: it may follow a Select and elementwise layers.</param>
/// <param name="Slots">The slot of each number that it reads.</param>
internal sealed record SlotEmbedding(IReadOnlyList<LayerNode> Layers, int[] Slots)
{
    /// <summary>The embedding.</summary>
    public LayerNode Embedding => Layers[^1];

    /// <summary>The number of outputs.</summary>
    public int Width => Embedding.OutputWidth;

    /// <summary>The slot that an output depends on.</summary>
    public int SlotOf(int output) => Slots[output / (Width / Slots.Length)];
}
