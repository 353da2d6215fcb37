namespace Microsoft.ML.DenseNet;

/// <summary>Composes the default network: which slots are embedded, and how.</summary>
/// <param name="Body">The network between input scaling and output Linear.</param>
/// <param name="Categories">The one-hot blocks that are embedded: all of them if the first layer is an EmbeddingBag.</param>
/// <param name="Numbers">The slots of the embedded numbers.</param>
/// <param name="FeatureWidths">The number of adjacent slots that each feature has before the first hidden Linear.</param>
internal sealed record DefaultNetwork(Layer Body, IReadOnlyList<SlotRange> Categories, IReadOnlyList<int> Numbers, IReadOnlyList<int> FeatureWidths)
{
    /// <summary>The scale of an indicator of missing values. Half of that of other features with the values 0 and 1: most indicators say little.</summary>
    private const float IndicatorScale = 1;

    /// <summary>The slots that have an indicator of missing values; the indicators follow the slots of the features.</summary>
    public IReadOnlyList<int> Indicated { get; private init; } = [];

    /// <summary>Designs the network for some data.</summary>
    /// <param name="defaults">The numbers.</param>
    /// <param name="features">The feature column, whose annotations name one-hot blocks.</param>
    /// <param name="statistics">Statistics of the training rows.</param>
    /// <param name="indicatesMissing">Whether features that are missing in some of the rows get an indicator.</param>
    public static DefaultNetwork Design(DenseNetDefaults defaults, DataViewSchema.Column features, RobustStatistics statistics, bool indicatesMissing = false)
    {
        int width = statistics.Center.Length;
        var blocks = VectorAnnotations.OneHotBlocks(features, width);
        if (defaults.ReadsSparse)
            return new DefaultNetwork(Layer.Sequential(Hidden(defaults, defaults.HiddenUnits)), blocks, [], []);
        SlotRange[] categories = defaults.CategoryWidth == 0 ? [] : [.. blocks.Where(block => block.Count > defaults.MaximumOneHotSlots)];

        var isCategory = new bool[width];
        foreach (var block in categories)
            isCategory.AsSpan(block.Start, block.Count).Fill(true);
        int[] rest = [.. Enumerable.Range(0, width).Where(slot => !isCategory[slot])];
        int[] numbers = [.. rest.Where(slot => !statistics.IsBinary[slot])];
        var embeddings = new List<(Layer Layer, int Width)>();
        if (defaults.NumberEmbedding is { } cosines)
            embeddings.Add((cosines, cosines.Width));
        if (defaults.NumberBins is { } bins)
            embeddings.Add((bins, bins.Width));
        if (embeddings.Count == 0 || numbers.Length > defaults.MaximumEmbeddedNumbers)
            numbers = [];
        int[] indicated = indicatesMissing ? [.. rest.Where(slot => statistics.HasMissing[slot])] : [];
        int[] plain = [.. rest.Except(numbers), .. Enumerable.Range(width, indicated.Length)];
        width += indicated.Length;

        var parts = new List<Layer>();
        if (numbers.Length > 0)
            parts.AddRange(embeddings.Select(embedding => On(SlotRangeList.Of(numbers), width, embedding.Layer)));
        if (plain.Length > 0)
            parts.Add(On(SlotRangeList.Of(plain), width, null));
        foreach (var block in categories)
            parts.Add(On(new SlotRangeList([block]), width, Layer.Linear(defaults.CategoryWidth, bias: false)));

        var layers = new List<Layer>();
        if (parts.Count > 1)
            layers.Add(Layer.Concat(parts));
        else if (parts[0] != Layer.Identity)
            layers.Add(parts[0]);
        if (defaults.LearnInputScale)
            layers.Add(Layer.Scale);
        layers.AddRange(Hidden(defaults, numbers.Length == 0 ? defaults.HiddenUnitsWithoutEmbedding ?? defaults.HiddenUnits : defaults.HiddenUnits));

        int[] widths =
        [
            .. embeddings.SelectMany(embedding => Enumerable.Repeat(embedding.Width, numbers.Length)),
            .. FeaturesOf(plain, blocks),
            .. categories.Select(_ => defaults.CategoryWidth),
        ];
        return new DefaultNetwork(Layer.Sequential(layers), categories, numbers, widths) { Indicated = indicated };
    }

    private static IEnumerable<Layer> Hidden(DenseNetDefaults defaults, IReadOnlyList<int> units)
    {
        for (int i = 0; i < units.Count; i++)
        {
            yield return defaults.ReadsSparse && i == 0 ? Layer.EmbeddingBag(units[i]) : Layer.Linear(units[i]);
            yield return defaults.Activation;
            if (defaults.Dropout > 0)
                yield return Layer.Dropout(defaults.Dropout);
        }
    }

    /// <summary>Returns how many of the slots belong to each feature: those of a one-hot block belong to one.</summary>
    private static IEnumerable<int> FeaturesOf(int[] slots, IReadOnlyList<SlotRange> blocks)
    {
        for (int i = 0, count; i < slots.Length; i += count)
        {
            int end = blocks.Where(block => block.Start <= slots[i] && slots[i] < block.End).Select(block => block.End).FirstOrDefault(slots[i] + 1);
            count = slots.Skip(i).TakeWhile(slot => slot < end).Count();
            yield return count;
        }
    }

    /// <summary>Returns the whole network, without values.</summary>
    /// <param name="scaling">The input scaling; null for none.</param>
    /// <param name="layers">The layers after it.</param>
    public Layer WithInput(Layer? scaling, Layer layers) => Indicated.Count == 0
        ? NetworkComposer.Compose(scaling, layers)
        : NetworkComposer.Compose(new MissingIndicatorsLayer(SlotRangeList.Of(Indicated)), scaling!, layers);

    /// <summary>Fills in the input scaling that the trainer puts first; embedded one-hot blocks stay unchanged, and so do indicators.</summary>
    public void FillScaling(RobustStatistics statistics, Span<float> center, Span<float> scale)
    {
        int width = statistics.Center.Length;
        center[width..].Clear();
        scale[width..].Fill(IndicatorScale);
        statistics.Center.CopyTo(center);
        statistics.Scale.CopyTo(scale);
        foreach (var block in Categories)
        {
            center.Slice(block.Start, block.Count).Clear();
            scale.Slice(block.Start, block.Count).Fill(1);
        }
    }

    /// <summary>Fills in the bins of the embedding: those of the training rows, after input scaling.</summary>
    /// <param name="statistics">Statistics of the training rows.</param>
    /// <param name="layout">The network.</param>
    /// <param name="scale">The input scaling of a slot's value; null for none.</param>
    /// <param name="buffers">Receives the bins.</param>
    public void FillBins(RobustStatistics statistics, NetworkLayout layout, Func<int, float, float>? scale, float[] buffers)
    {
        foreach (var node in layout.Root.DescendantsAndSelf().Where(node => node.Layer is PiecewiseLinearEmbeddingLayer))
        {
            int bins = ((PiecewiseLinearEmbeddingLayer)node.Layer).Bins;
            for (int i = 0; i < Numbers.Count; i++)
            {
                var starts = buffers.AsSpan(node.Parameters[1].Offset + (i * bins), bins);
                var factors = buffers.AsSpan(node.Parameters[2].Offset + (i * bins), bins);
                starts.Clear();
                factors.Clear();
                int slot = Numbers[i];
                float[] edges = scale is null ? statistics.Edges[slot] : [.. statistics.Edges[slot].Select(edge => scale(slot, edge)).Distinct()];
                for (int bin = 0; bin + 1 < edges.Length; bin++)
                {
                    starts[bin] = edges[bin];
                    factors[bin] = Math.Min(1 / (edges[bin + 1] - edges[bin]), 1e6f);
                }
            }
        }
    }

    /// <summary>Applies a layer to some of the slots; to all of them without a Select before it.</summary>
    private static Layer On(SlotRangeList slots, int width, Layer? layer)
    {
        if (slots.Width == width)
            return layer ?? Layer.Identity;
        var select = new SelectLayer(slots);
        return layer is null ? select : Layer.Sequential(select, layer);
    }
}
