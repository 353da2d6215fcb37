namespace Microsoft.ML.DenseNet;

/// <summary>
/// Chooses background rows that represent many rows: of a uniform sample, sorted by what the network predicts, those at equal distances in weight. They
/// have the distribution of the predictions, and otherwise are as the rows come. The same rows in the same order make the same choice.
/// </summary>
/// <param name="network">The network.</param>
/// <param name="count">The number of rows to choose, from 1 to <see cref="BackgroundRows.MaximumCount"/>.</param>
/// <param name="seed">Determines the sample.</param>
internal sealed class BackgroundSelector(TrainedNetwork network, int count, int seed)
{
    /// <summary>The rows of the sample.</summary>
    private const int SampleRows = 4096;

    /// <summary>The numbers that the rows of the sample may take; wide rows are fewer.</summary>
    private const int SampleValues = 1 << 24;

    private readonly int _capacity = Math.Max(Math.Min(SampleRows, SampleValues / network.Layout.InputWidth), count);
    private readonly PriorityQueue<Candidate, ulong> _sample = new(Comparer<ulong>.Create((left, right) => right.CompareTo(left)));
    private ulong _offered;

    /// <summary>Offers a row, which may or may not be kept.</summary>
    /// <param name="row">The row, checked.</param>
    /// <param name="weight">Its weight; a row of weight 0 is never chosen.</param>
    public void Offer(in RawRow row, float weight)
    {
        ulong draw = SplitMix.Mix(unchecked((ulong)seed + (SplitMix.Golden * ++_offered)));
        if (!(weight > 0) || (_sample.Count == _capacity && _sample.TryPeek(out _, out ulong largest) && draw >= largest))
            return;
        var candidate = new Candidate(_offered, row.IsSparse ? row.Indices.ToArray() : null, row.Values.ToArray(), weight);
        if (_sample.Count == _capacity)
            _sample.DequeueEnqueue(candidate, draw);
        else
            _sample.Enqueue(candidate, draw);
    }

    /// <summary>Returns the chosen rows, fewer if not so many different ones were offered or if they would have more than <see cref="BackgroundRows.MaximumStoredValues"/>; null if there are none.</summary>
    public BackgroundRows? Choose()
    {
        Candidate[] candidates = [.. _sample.UnorderedItems.Select(item => item.Element).OrderBy(candidate => candidate.Number)];
        float[] outputs = new float[network.Layout.OutputWidth];
        foreach (var candidate in candidates)
        {
            if (candidate.Slots is null)
                network.ComputeOutputs(candidate.Values, outputs);
            else
                network.ComputeOutputs(candidate.Slots, candidate.Values, outputs);
            candidate.Class = network.PredictedOutput(outputs);
            candidate.Score = candidate.Class < 0 ? float.NaN : outputs[candidate.Class];
        }

        candidates = [.. candidates.Where(candidate => float.IsFinite(candidate.Score)).OrderBy(candidate => candidate.Class).ThenBy(candidate => candidate.Score).ThenBy(candidate => candidate.Number)];
        double total = candidates.Sum(candidate => (double)candidate.Weight), passed = 0;
        var chosen = new List<(Candidate Row, float Weight)>();
        int taken = 0;
        foreach (var candidate in candidates)
        {
            passed += candidate.Weight;
            int until = candidate == candidates[^1] ? count : Math.Min(count, (int)Math.Floor((passed / total * count) + 0.5));
            if (until > taken)
                chosen.Add((candidate, until - taken));
            taken = Math.Max(taken, until);
        }

        return ToRows(chosen);
    }

    private BackgroundRows? ToRows(List<(Candidate Row, float Weight)> chosen)
    {
        int width = network.Layout.InputWidth;
        var starts = new List<int> { 0 };
        var (slots, values, weights) = (new List<int>(), new List<float>(), new List<float>());
        foreach (var (row, weight) in chosen)
        {
            int count = 0;
            for (int i = 0; i < row.Values.Length; i++)
                count += row.Values[i] != 0 ? 1 : 0;
            if (values.Count + count > BackgroundRows.MaximumStoredValues)
                break;
            for (int i = 0; i < row.Values.Length; i++)
            {
                if (row.Values[i] == 0)
                    continue;
                slots.Add(row.Slots is null ? i : row.Slots[i]);
                values.Add(row.Values[i]);
            }

            starts.Add(values.Count);
            weights.Add(weight);
        }

        if (weights.Count == 0)
            return null;
        var sparse = new BackgroundRows(width, [.. starts], [.. slots], [.. values], [.. weights]);
        return (long)width * weights.Count <= 2L * values.Count ? sparse.ToDense() : sparse;
    }

    private sealed class Candidate(ulong number, int[]? slots, float[] values, float weight)
    {
        public ulong Number => number;

        public int[]? Slots => slots;

        public float[] Values => values;

        public float Weight => weight;

        public int Class { get; set; }

        public float Score { get; set; }
    }
}
