namespace Microsoft.ML.DenseNet;

/// <summary>
/// The embeddings of single numbers at the beginning of a network: cosines and bins that read the scaled features, directly or through layers that keep them
/// apart. Other layers may read the features beside them.
/// </summary>
/// <param name="Embeddings">The embeddings.</param>
internal sealed record SlotEmbeddings(IReadOnlyList<SlotEmbedding> Embeddings)
{
    /// <summary>Finds the embeddings of a network.</summary>
    /// <param name="layers">The layers after input scaling.</param>
    /// <param name="width">The number of scaled features.</param>
    /// <returns>Null if there are none.</returns>
    public static SlotEmbeddings? Of(IReadOnlyList<LayerNode> layers, int width)
    {
        var search = new Search();
        search.Walk(layers, new Reading([], [.. Enumerable.Range(0, width)]));
        return search.Found.Count > 0 ? new SlotEmbeddings(search.Found) : null;
    }

    /// <summary>Values that depend on one slot each.</summary>
    /// <param name="Layers">The layers that compute them from the scaled features.</param>
    /// <param name="Slots">The slot of each.</param>
    private sealed record Reading(IReadOnlyList<LayerNode> Layers, int[] Slots)
    {
        public Reading Then(LayerNode layer) => this with { Layers = [.. Layers, layer] };
    }

    private sealed class Search
    {
        public List<SlotEmbedding> Found { get; } = [];

        public Reading? Walk(IEnumerable<LayerNode> layers, Reading? reading) => layers.Aggregate(reading, (current, layer) => Walk(layer, current));

        /// <summary>Follows values into a layer; returns what comes out, null if it is embedded or mixed.</summary>
        private Reading? Walk(LayerNode node, Reading? reading)
        {
            if (reading is null)
                return null;
            switch (node.Layer)
            {
                case SequentialLayer:
                    return Walk(node.Children, reading);
                case ConcatLayer or SumLayer or ResidualLayer:
                    foreach (var child in node.Children)
                        Walk(child, reading);
                    return null;
                case SelectLayer select:
                    int[] slots = [.. select.Ranges.SelectMany(range => Enumerable.Range(range.Start, range.Count)).Select(column => reading.Slots[column])];
                    return reading.Then(node) with { Slots = slots };
                case PeriodicEmbeddingLayer or PiecewiseLinearEmbeddingLayer:
                    Found.Add(new SlotEmbedding(reading.Then(node).Layers, reading.Slots));
                    return null;
                case { IsElementwise: true }:
                    return reading.Then(node);
                default:
                    return null;
            }
        }
    }
}
