namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Makes networks of every layer, nested at random, with random weights.</summary>
public static class RandomNetworks
{
    /// <summary>All elementwise activations, with settings other than the default ones too.</summary>
    public static IReadOnlyList<Layer> Activations => LayerSamples.Activations;

    /// <summary>A network of any shape.</summary>
    public static RandomNetwork Next(Random random)
    {
        int inputWidth = NextWidth(random);
        var layers = new List<Layer>();
        if (random.Next(2) == 0)
            layers.Add(random.Next(2) == 0 ? Layer.Standardize : Layer.RobustScale);
        int width = inputWidth;
        layers.Add(NextLayer(random, ref width, depth: 3));
        if (random.Next(3) > 0)
            layers.Add(Layer.Linear(random.Next(1, 4), bias: random.Next(4) > 0));
        if (random.Next(4) == 0)
            layers.Add(new DestandardizeLayer());
        return WithWeights(Layer.Sequential(layers), inputWidth, random);
    }

    /// <summary>Random weights for a given network.</summary>
    public static RandomNetwork WithWeights(Layer layer, int inputWidth, Random random)
    {
        var layout = new NetworkLayout(layer, inputWidth);
        float[] parameters = new float[layout.ParameterCount];
        float[] buffers = new float[layout.BufferCount];
        foreach (var node in layout.Root.DescendantsAndSelf())
        {
            foreach (var place in node.Parameters)
            {
                var values = (place.IsTrained ? parameters : buffers).AsSpan(place.Offset, place.Count);
                foreach (ref float value in values)
                    value = (float)NextValue(node, place.Name[(place.Name.LastIndexOf('.') + 1)..], random);
            }

            if (node.Layer is StandardizeLayer or RobustScaleLayer)
                AddTimeStamp(node, buffers, random);
        }

        return new RandomNetwork(layout, parameters, buffers);
    }

    /// <summary>A standard normal number.</summary>
    public static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static Layer NextLayer(Random random, ref int width, int depth)
    {
        int inputs = width;
        int kind = random.Next(depth > 0 ? 19 : 11);
        switch (kind)
        {
            case 0 or 1 or 2:
                width = NextWidth(random);
                return random.Next(4) == 0 ? Layer.EmbeddingBag(width) : Layer.Linear(width, bias: random.Next(4) > 0);
            case 3 or 4:
                return Activations[random.Next(Activations.Count)];
            case 5:
                return random.Next(3) == 0 ? Layer.LayerNorm() : Layer.BatchNorm();
            case 6:
                return Layer.PReLU(perUnit: random.Next(2) == 0);
            case 7:
                return Layer.Dropout();
            case 8:
                return Layer.Scale;
            case 9:
                var ranges = Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(inputs)).Select(start => new SlotRange(start, random.Next(1, Math.Min(20, inputs - start) + 1))).ToArray();
                width = ranges.Sum(range => range.Count);
                return Layer.Select(ranges);
            case 10:
                if (width > 60)
                    return Layer.Identity;
                int frequencies = random.Next(1, 20), outputs = random.Next(2, 6);
                width *= outputs;
                if (random.Next(2) == 0)
                    return Layer.PiecewiseLinearEmbedding(frequencies, outputs);
                return Layer.PeriodicEmbedding(frequencies, outputs);
            case 11:
                int outputWidth = NextWidth(random);
                var branches = new List<Layer>();
                for (int i = random.Next(1, 4); i > 0; i--)
                {
                    int branchWidth = width;
                    branches.Add(Layer.Sequential(NextLayer(random, ref branchWidth, depth - 1), Layer.Linear(outputWidth), Activations[random.Next(Activations.Count)]));
                }

                width = outputWidth;
                return Layer.Sum(branches);
            case 12:
                return Layer.Sum(Activations[random.Next(Activations.Count)], Activations[random.Next(Activations.Count)]);
            case 13:
                var parts = new List<Layer>();
                int total = 0;
                for (int i = random.Next(1, 4); i > 0; i--)
                {
                    int partWidth = width;
                    parts.Add(random.Next(4) == 0 ? Layer.Identity : NextLayer(random, ref partWidth, depth - 1));
                    total += partWidth;
                }

                width = total;
                return Layer.Concat(parts);
            case 14:
                int bodyWidth = width;
                var body = NextLayer(random, ref bodyWidth, depth - 1);
                return Layer.Residual(bodyWidth == width && random.Next(2) == 0 ? body : Layer.Sequential(body, Layer.Linear(width)));
            case 15 or 16:
                int members = random.Next(1, 6), units = NextWidth(random);
                var mean = Enum.GetValues<MeanKind>()[random.Next(4)];
                width = random.Next(1, 20);
                return Layer.Sequential(
                    new RepeatLayer(members), new EnsembleLinearLayer(members, units, random.Next(2) == 0, MemberScaling.Normal), Activations[random.Next(Activations.Count)],
                    new EnsembleLinearLayer(members, NextWidth(random), true, MemberScaling.Ones), Layer.Tanh,
                    new MemberLinearLayer(members, width), mean == MeanKind.Outputs ? Layer.Identity : Layer.Softsign, new MemberMeanLayer(members, mean));
            default:
                var layers = new List<Layer>();
                for (int i = random.Next(0, 5); i > 0; i--)
                    layers.Add(NextLayer(random, ref width, depth - 1));
                return Layer.Sequential(layers);
        }
    }

    /// <summary>Around the sizes of vectors and panels, and small ones.</summary>
    private static int NextWidth(Random random) => random.Next(4) switch
    {
        0 => random.Next(1, 9),
        1 => random.Next(1, 40),
        2 => (16 * random.Next(1, 6)) + random.Next(-1, 2),
        _ => random.Next(1, 150),
    };

    private static double NextValue(LayerNode node, string name, Random random) => (node.Layer, name) switch
    {
        (LinearLayer or EmbeddingBagLayer, "weight") => Normal(random) / Math.Sqrt(node.InputWidth),
        (EnsembleLinearLayer layer, "weight") => Normal(random) / Math.Sqrt(node.InputWidth / layer.Members),
        (MemberLinearLayer layer, "weight") => Normal(random) / Math.Sqrt(node.InputWidth / layer.Members),
        (BatchNormLayer, "running_mean") => Normal(random) * (random.Next(10) == 0 ? 50 : 1),
        (BatchNormLayer, "running_var") => 0.1 + random.NextDouble(),
        (PiecewiseLinearEmbeddingLayer, "scale") => random.Next(6) == 0 ? 0 : 0.5 + random.NextDouble(),
        (PiecewiseLinearEmbeddingLayer or PeriodicEmbeddingLayer, "weight") => 0.4 * Normal(random),
        (StandardizeLayer or RobustScaleLayer, "scale") => random.Next(8) == 0 ? 0 : 0.2 + random.NextDouble(),
        (DestandardizeLayer, "scale") => 30,
        (DestandardizeLayer, "mean") => 1000,
        (PReLULayer, _) => 0.3 * Normal(random),
        (_, "weight") => 0.5 + random.NextDouble(),
        _ => 0.5 * Normal(random),
    };

    /// <summary>Makes one feature look like seconds since 1970, of which some thousand pass.</summary>
    private static void AddTimeStamp(LayerNode standardize, float[] buffers, Random random)
    {
        int place = random.Next(standardize.InputWidth);
        buffers[standardize.Parameters[0].Offset + place] = 1.6e9f;
        buffers[standardize.Parameters[1].Offset + place] = 1e-3f;
    }
}
