namespace Microsoft.ML.DenseNet;

/// <summary>
/// The embeddings of single numbers at the beginning of a network: cosines and bins that read the scaled features, directly or through one Select.
/// </summary>
/// <param name="Embeddings">The embeddings.</param>
internal sealed record SlotEmbeddings(IReadOnlyList<SlotEmbedding> Embeddings)
{
    /// <summary>Finds the embeddings of a network.</summary>
    /// <param name="layers">The layers after input scaling.</param>
    /// <param name="width">The number of scaled features.</param>
    /// <returns>Null if there are none, or if a layer other than Select reads the features beside them.</returns>
    public static SlotEmbeddings? Of(IReadOnlyList<LayerNode> layers, int width)
    {
        var search = new Search();
        search.Walk(layers, new Reading(null, [.. Enumerable.Range(0, width)]));
        return search.Found.Count > 0 && search.ReadsOnlyThroughSelect ? new SlotEmbeddings(search.Found) : null;
    }

    /// <summary>Scaled features as a layer reads them.</summary>
    /// <param name="Select">The Select that chose them; null for all.</param>
    /// <param name="Slots">Which they are.</param>
    private sealed record Reading(LayerNode? Select, int[] Slots);

    private sealed class Search
    {
        public List<SlotEmbedding> Found { get; } = [];

        public bool ReadsOnlyThroughSelect { get; private set; } = true;

        public Reading? Walk(IEnumerable<LayerNode> layers, Reading? reading) => layers.Aggregate(reading, (current, layer) => Walk(layer, current));

        /// <summary>Follows scaled features into a layer; returns what comes out, null if it is no longer scaled features.</summary>
        private Reading? Walk(LayerNode node, Reading? reading)
        {
            switch (node.Layer)
            {
                case SequentialLayer:
                    return Walk(node.Children, reading);
                case ConcatLayer or SumLayer:
                    foreach (var child in node.Children)
                        Walk(child, reading is { Select: null } ? reading : null);
                    return null;
                case SelectLayer select when reading is { Select: null }:
                    return new Reading(node, [.. select.Ranges.SelectMany(range => Enumerable.Range(range.Start, range.Count)).Select(column => reading.Slots[column])]);
                case PeriodicEmbeddingLayer or PiecewiseLinearEmbeddingLayer when reading is not null:
                    Found.Add(new SlotEmbedding(reading.Select, node, reading.Slots));
                    return null;
                default:
                    ReadsOnlyThroughSelect &= reading is not { Select: null };
                    return null;
            }
        }
    }
}
