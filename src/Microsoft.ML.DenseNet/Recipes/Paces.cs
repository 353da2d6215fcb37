namespace Microsoft.ML.DenseNet;

/// <summary>The pace at which each parameter of the default network learns, following pytabkit's parametrization.</summary>
internal static class Paces
{
    /// <summary>The number of inputs of a Linear that learns at the stated rate.</summary>
    private const double ReferenceWidth = 256;

    /// <summary>The pace of the bins' weights. Ours: the same as the other embedding's.</summary>
    private const double BinsRate = 1.6;

    /// <summary>
    /// How much stronger than pytabkit's the weight decay of categories' vectors is. Ours: it takes from rare categories, whose rows come up in
    /// few steps, what is left of their random first vectors.
    /// </summary>
    private const double CategoryDecay = 10;

    /// <summary>Returns the groups of a network's parameters.</summary>
    public static IReadOnlyList<ParameterGroup> Of(NetworkLayout layout)
    {
        var groups = new List<ParameterGroup>();
        foreach (var node in layout.Root.DescendantsAndSelf())
        {
            for (int i = 0; i < node.Parameters.Count; i++)
            {
                var place = node.Parameters[i];
                if (!place.IsTrained)
                    continue;
                var (rate, decay) = Factors(node, i);
                groups.Add(new ParameterGroup(place.Offset, place.Count, rate, decay));
            }
        }

        return groups;
    }

    private static (double LearningRate, double WeightDecay) Factors(LayerNode node, int index)
    {
        double root = Math.Sqrt(ReferenceWidth);
        switch (node.Layer)
        {
            case LinearLayer { HasBias: false }: // an embedding of categories, not scaled by its width
                return (root, CategoryDecay / root);
            case LinearLayer when index == 0:
                double rate = Math.Sqrt(ReferenceWidth / node.InputWidth);
                return (rate, 1 / rate);
            case LinearLayer:
                return (0.1 * root, 0);
            case ScaleLayer:
                return (6 * root, 1 / root);
            case PeriodicEmbeddingLayer when index == 1: // our phases are in turns, pytabkit's in radians
                return (0.1 * root / (2 * Math.PI), 0);
            case PeriodicEmbeddingLayer:
                return (0.1 * root, index == 3 ? 0 : 1 / root);
            case PiecewiseLinearEmbeddingLayer:
                return (BinsRate, 0);
            default:
                return (1, 1);
        }
    }
}
