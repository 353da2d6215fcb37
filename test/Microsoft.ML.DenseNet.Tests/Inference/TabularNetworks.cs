namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Makes networks of the default network's kind at random: folds that are added or whose probabilities are averaged, each with embeddings of some slots before its Linears.</summary>
internal static class TabularNetworks
{
    /// <summary>A network with random weights, some of which never change the output.</summary>
    public static RandomNetwork Next(Random random)
    {
        int width = random.Next(1, 40);
        int folds = random.Next(1, 5), outputs = random.Next(1, 12);
        var fold = Fold(random, width, outputs);
        var layers = new List<Layer>();
        if (random.Next(5) > 0)
            layers.Add(random.Next(3) == 0 ? Layer.Standardize : Layer.RobustScale);
        Layer[] networks = [.. Enumerable.Range(0, folds).Select(_ => random.Next(12) == 0 ? Fold(random, width, outputs) : fold)];
        bool addsProbabilities = folds > 1 && random.Next(2) == 0;
        if (addsProbabilities)
            layers.AddRange(Layer.Concat(networks), new MemberMeanLayer(folds, outputs == 1 ? MeanKind.Probabilities : MeanKind.ClassProbabilities));
        else
            layers.Add(folds == 1 ? fold : Layer.Sum(networks));
        if (!addsProbabilities && random.Next(4) == 0)
            layers.Add(new DestandardizeLayer());
        var network = RandomNetworks.WithWeights(Layer.Sequential(layers), width, random);
        FillBins(network, random);
        FillScaling(network, random);
        RemoveWeights(network, random);
        return network;
    }

    /// <summary>Replaces the random bins of the embeddings by bins next to each other, most often the same in all folds.</summary>
    private static void FillBins(RandomNetwork network, Random random)
    {
        int seed = random.Next();
        bool isShared = random.Next(4) > 0;
        foreach (var node in network.Layout.Root.DescendantsAndSelf().Where(node => node.Layer is PiecewiseLinearEmbeddingLayer))
        {
            var own = new Random(isShared ? seed : random.Next());
            int bins = ((PiecewiseLinearEmbeddingLayer)node.Layer).Bins;
            for (int i = 0; i < node.InputWidth; i++)
            {
                if (own.Next(6) == 0)
                    continue; // random bins: overlapping, with gaps
                float edge = (own.NextSingle() * 2) - 3;
                int used = own.Next(bins + 1);
                for (int bin = 0; bin < bins; bin++)
                {
                    float next = edge + (own.Next(8) == 0 ? 1e-7f : own.NextSingle() / 2);
                    int place = (i * bins) + bin;
                    network.Buffers[node.Parameters[1].Offset + place] = bin < used ? edge : 0;
                    network.Buffers[node.Parameters[2].Offset + place] = bin < used && next > edge ? Math.Min(1 / (next - edge), 1e6f) : 0;
                    edge = next;
                }
            }
        }
    }

    /// <summary>Leaves one-hot blocks unscaled, as the trainer does.</summary>
    private static void FillScaling(RandomNetwork network, Random random)
    {
        if (network.Layout.InputScaling is null || random.Next(2) == 0)
            return;
        var scaling = network.Layout.Root.Children[0];
        for (int i = random.Next(network.Layout.InputWidth); i < network.Layout.InputWidth; i++)
        {
            network.Buffers[scaling.Parameters[0].Offset + i] = 0;
            network.Buffers[scaling.Parameters[1].Offset + i] = 1;
        }
    }

    /// <summary>Sets parts of tensors to 0: embeddings that were never trained, factors and columns that decayed.</summary>
    private static void RemoveWeights(RandomNetwork network, Random random)
    {
        foreach (var node in network.Layout.Root.DescendantsAndSelf().Where(node => node.Layer is ScaleLayer or PiecewiseLinearEmbeddingLayer or PeriodicEmbeddingLayer))
        {
            var weights = network.Parameters.AsSpan(node.Parameters[node.Layer is PeriodicEmbeddingLayer ? 2 : 0].Offset, node.Parameters[node.Layer is PeriodicEmbeddingLayer ? 2 : 0].Count);
            if (random.Next(3) == 0)
                weights[random.Next(weights.Length)..].Clear();
        }
    }

    private static Layer Fold(Random random, int width, int outputs)
    {
        var layers = new List<Layer> { Input(random, width) };
        if (random.Next(3) > 0)
            layers.Add(Layer.Scale);
        for (int i = random.Next(0, 3); i > 0; i--)
        {
            layers.Add(Layer.Linear(random.Next(1, 70), bias: random.Next(4) > 0));
            if (random.Next(4) > 0)
                layers.Add(new[] { Layer.SELU, Layer.Mish, Layer.ReLU, Layer.PReLU() }[random.Next(4)]);
            if (random.Next(3) == 0)
                layers.Add(Layer.Dropout());
        }

        layers.Add(random.Next(10) == 0 ? Layer.EmbeddingBag(outputs) : Layer.Linear(outputs));
        return Layer.Sequential(layers);
    }

    private static Layer Input(Random random, int width)
    {
        Layer[] parts = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Part(random, width))];
        return parts.Length == 1 && random.Next(2) == 0 ? parts[0] : Layer.Concat(parts);
    }

    private static Layer Part(Random random, int width)
    {
        int start = random.Next(width), middle = random.Next(start, width), count = random.Next(1, width - middle + 1);
        SlotRange[] ranges = middle > start ? [new(start, random.Next(1, middle - start + 1)), new(middle, count)] : [new(start, count)];
        Layer? select = random.Next(3) == 0 ? null : random.Next(2) == 0 ? Layer.Select(ranges) : Layer.Select(ranges[0]);
        Layer? layer = random.Next(6) switch
        {
            0 => Layer.PeriodicEmbedding(random.Next(1, 20), random.Next(2, 6)),
            1 or 2 => Layer.PiecewiseLinearEmbedding(random.Next(1, 50), random.Next(1, 6)),
            3 => Layer.Linear(random.Next(1, 9), bias: random.Next(3) == 0),
            4 => Layer.Sequential(Layer.Linear(random.Next(1, 9)), Layer.Tanh),
            _ => null,
        };
        return (select, layer) switch
        {
            (null, null) => Layer.Identity,
            (not null, null) => select,
            (null, not null) => layer,
            _ => Layer.Sequential(select, layer),
        };
    }
}
