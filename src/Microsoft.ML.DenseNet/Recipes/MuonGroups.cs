namespace Microsoft.ML.DenseNet;

/// <summary>
/// Which parameters <see cref="Optimizers.Muon"/> updates as matrices, and how AdamW updates the others; follows arXiv 2604.15297.
/// </summary>
/// <remarks>
/// Matrices are the weights of Linears, the first included, and those that the members of an ensemble share; not those of the output
/// layer and of embeddings, nor those with a single row or column. Of the others, AdamW decays neither biases nor normalization layers nor
/// embeddings of numbers.
/// </remarks>
internal static class MuonGroups
{
    /// <summary>Divides groups of a network's parameters into matrices and others, one group for each tensor.</summary>
    /// <param name="layout">The network. Tensors of user-defined modules are left out.</param>
    /// <param name="groups">The groups, which together hold every parameter.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="learningRate">The learning rate before any factor.</param>
    public static IReadOnlyList<ParameterGroup> Of(NetworkLayout layout, IReadOnlyList<ParameterGroup> groups, MuonSettings settings, double learningRate)
    {
        double otherRate = (settings.OtherLearningRate ?? learningRate) / learningRate;
        var embeddings = EmbeddingsOfCategories(layout.Root).ToHashSet();
        var output = layout.Body is [.., var last] ? last : null;
        var result = new List<ParameterGroup>();
        foreach (var node in layout.Root.DescendantsAndSelf().Where(node => node.Layer is not ModuleLayer))
        {
            for (int i = 0; i < node.Parameters.Count; i++)
            {
                var place = node.Parameters[i];
                if (!place.IsTrained)
                    continue;
                var group = groups.First(group => group.Offset <= place.Offset && place.Offset < group.Offset + group.Count) with { Offset = place.Offset, Count = place.Count };
                bool isMatrix = i == 0 && node.Layer is (LinearLayer or EnsembleLinearLayer) && node != output && !embeddings.Contains(node) && place.Shape.All(size => size > 1);
                result.Add(isMatrix
                    ? group with { Rows = place.Shape[0] }
                    : group with { LearningRateFactor = group.LearningRateFactor * otherRate, WeightDecayFactor = IsDecayed(node, place) ? group.WeightDecayFactor : 0 });
            }
        }

        return result;
    }

    /// <summary>The Linears that embed categories: without a bias, directly after a <see cref="SelectLayer"/>.</summary>
    private static IEnumerable<LayerNode> EmbeddingsOfCategories(LayerNode root) => root.DescendantsAndSelf()
        .Where(node => node.Layer is SequentialLayer && node.Children is [{ Layer: SelectLayer }, { Layer: LinearLayer { HasBias: false } }, ..])
        .Select(node => node.Children[1]);

    private static bool IsDecayed(LayerNode node, TensorPlace place) =>
        node.Layer is not (BatchNormLayer or LayerNormLayer or PeriodicEmbeddingLayer or PiecewiseLinearEmbeddingLayer) && !place.Name.EndsWith("bias", StringComparison.Ordinal);
}
