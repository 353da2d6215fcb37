namespace Microsoft.ML.DenseNet;

/// <summary>
/// Makes one network of several members that share most of their weights (TabM, Gorishniy et al., ICLR 2025, arXiv 2410.24210): every
/// Linear becomes a BatchEnsemble one, and the output layer has one Linear per member.
/// </summary>
internal static class EnsembleNetwork
{
    /// <summary>Returns the network of all members, from features or their embeddings to predictions.</summary>
    /// <param name="hidden">The hidden part of one member. Members share what comes before its first Linear.</param>
    /// <param name="members">The number of members.</param>
    /// <param name="outputs">The number of outputs of one member.</param>
    /// <param name="mean">What is averaged.</param>
    /// <exception cref="ArgumentException">A layer after the first Linear mixes units, which is not possible with members side by side.</exception>
    public static Layer Of(Layer hidden, int members, int outputs, MeanKind mean)
    {
        var layers = Flatten(hidden).ToList();
        int shared = layers.FindIndex(layer => layer is not ConcatLayer && HasLinear(layer));
        if (shared < 0)
            shared = layers.Count;

        // TabM draws signs if nothing before it embeds numbers.
        bool embeds = layers.Take(shared).Any(layer => Contains(layer, inner => inner is PeriodicEmbeddingLayer or PiecewiseLinearEmbeddingLayer));
        var scaling = embeds ? MemberScaling.Normal : MemberScaling.RandomSigns;
        return Layer.Sequential(
        [
            .. layers.Take(shared),
            new RepeatLayer(members),
            .. ConvertAll(layers.Skip(shared), members, ref scaling),
            new MemberLinearLayer(members, outputs),
            new MemberMeanLayer(members, mean),
        ]);
    }

    /// <summary>Returns the form in which members' predictions are averaged.</summary>
    public static MeanKind MeanOf(LearningTask task, Loss? loss) => task switch
    {
        LearningTask.BinaryClassification => MeanKind.Probabilities,
        LearningTask.MulticlassClassification => MeanKind.ClassProbabilities,
        _ => loss is { PredictsLogarithm: true } ? MeanKind.Exponentials : MeanKind.Outputs,
    };

    /// <summary>
    /// Returns the initial weights, with one factor per member and feature in the first layer: TabM repeats it over the slots of a feature.
    /// </summary>
    /// <param name="layout">The network.</param>
    /// <param name="initialization">The distribution of the weights.</param>
    /// <param name="seed">Determines all draws.</param>
    /// <param name="featureWidths">The slots of each adjacent feature where the members begin; empty if they begin at units, each of which has its own factors.</param>
    public static float[] Initialize(NetworkLayout layout, Initialization initialization, int seed, IReadOnlyList<int> featureWidths)
    {
        float[] values = NetworkInitializer.Initialize(layout, initialization, seed);
        if (featureWidths.Count == 0 || layout.Root.DescendantsAndSelf().FirstOrDefault(node => node.Layer is EnsembleLinearLayer) is not { } first)
            return values;
        var scales = values.AsSpan(first.Parameters[1].Offset, first.Parameters[1].Count);
        while (scales.Length > 0)
        {
            foreach (int width in featureWidths)
            {
                scales[..width].Fill(scales[0]);
                scales = scales[width..];
            }
        }

        return values;
    }

    private static Layer Convert(Layer layer, int members, ref MemberScaling scaling)
    {
        switch (layer)
        {
            case LinearLayer linear:
                var own = scaling;
                scaling = MemberScaling.Ones;
                return new EnsembleLinearLayer(members, linear.Units, linear.HasBias, own);
            case { IsElementwise: true }:
                return layer;
            case SequentialLayer sequence:
                return Layer.Sequential(ConvertAll(sequence.Layers, members, ref scaling));
            case ResidualLayer residual:
                return Layer.Residual(Convert(residual.Body, members, ref scaling));
            case SumLayer sum:
                var before = scaling;
                var branches = new List<Layer>();
                foreach (var branch in sum.Branches)
                {
                    var mine = before;
                    branches.Add(Convert(branch, members, ref mine));
                    scaling = mine == MemberScaling.Ones ? mine : scaling;
                }

                return Layer.Sum(branches);
            default:
                throw new ArgumentException(
                    $"{nameof(DenseNetOptions.EnsembleSize)} is {members}, but {layer.Kind} behind a Linear mixes units, which are those of all members side by side. " +
                    $"Leave it out, put it in front of the first Linear, or set {nameof(DenseNetOptions.EnsembleSize)} to 1.");
        }
    }

    private static List<Layer> ConvertAll(IEnumerable<Layer> layers, int members, ref MemberScaling scaling)
    {
        var converted = new List<Layer>();
        foreach (var layer in layers)
            converted.Add(Convert(layer, members, ref scaling));
        return converted;
    }

    private static IEnumerable<Layer> Flatten(Layer layer) => layer is SequentialLayer sequence ? sequence.Layers.SelectMany(Flatten) : [layer];

    private static bool HasLinear(Layer layer) => Contains(layer, inner => inner is LinearLayer);

    private static bool Contains(Layer layer, Predicate<Layer> condition) => condition(layer) || layer.Children.Any(inner => Contains(inner, condition));
}
