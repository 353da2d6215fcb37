namespace Microsoft.ML.DenseNet;

/// <summary>
/// Makes <see cref="TrainingStatistics"/> of rows in two steps: every row is counted, for ranges, missing values and categories; then up to
/// <see cref="MaximumSample"/> rows, the same ones or a uniform sample of them, are sampled, for the bins of numbers.
/// </summary>
internal sealed class StatisticsBuilder
{
    /// <summary>The maximum number of rows to sample: with more, chance would contribute less than 0.001 to a stability index.</summary>
    public const int MaximumSample = 32_768;

    private readonly SlotCounts _counts;
    private List<(int Slot, List<float> Values)>? _sample;
    private int[] _places = [];
    private readonly List<double> _sampleWeights = [];

    /// <param name="width">The number of slots.</param>
    /// <param name="blocks">The one-hot blocks, ascending, without overlap; slots outside them are numbers.</param>
    public StatisticsBuilder(int width, IReadOnlyList<SlotRange> blocks) => _counts = new SlotCounts(width, blocks);

    /// <summary>Counts a dense row.</summary>
    /// <param name="row">One value for each slot.</param>
    /// <param name="weight">The row's weight; a row of weight 0 does not count.</param>
    public void Count(ReadOnlySpan<float> row, double weight = 1) => _counts.Add(row, weight);

    /// <summary>Counts a row of which only some slots are stored; the others are 0.</summary>
    /// <param name="slots">The stored slots, ascending.</param>
    /// <param name="values">Their values.</param>
    /// <param name="weight">The row's weight.</param>
    public void Count(ReadOnlySpan<int> slots, ReadOnlySpan<float> values, double weight = 1) => _counts.Add(slots, values, weight);

    /// <summary>Writes the counts for <see cref="Join"/>.</summary>
    public void Write(BinaryWriter writer) => _counts.Write(writer);

    /// <summary>Adds the counts that another builder has written, before any row is sampled.</summary>
    public void Join(BinaryReader reader) => _counts.Join(reader);

    /// <summary>Samples a row, after all rows were counted.</summary>
    public void Sample(ReadOnlySpan<float> row, double weight = 1)
    {
        if (!(weight > 0))
            return;
        _sample ??= Choose();
        _sampleWeights.Add(weight);
        foreach (var (slot, values) in _sample)
            values.Add(row[slot]);
    }

    /// <summary>Samples a row of which only some slots are stored.</summary>
    public void Sample(ReadOnlySpan<int> slots, ReadOnlySpan<float> values, double weight = 1)
    {
        if (!(weight > 0))
            return;
        _sample ??= Choose();
        _sampleWeights.Add(weight);
        foreach (var (_, kept) in _sample)
            kept.Add(0);
        for (int i = 0; i < slots.Length; i++)
        {
            if (_places[slots[i]] is > 0 and var place)
                _sample[place - 1].Values[^1] = values[i];
        }
    }

    /// <summary>Returns the statistics.</summary>
    public TrainingStatistics Build()
    {
        _sample ??= Choose();
        var numbers = _sample.ToDictionary(number => number.Slot, number => NumberOf(number.Slot, number.Values));
        var features = new List<SlotStatistics>();
        foreach (var (range, isCategory) in _counts.Described)
            features.Add(isCategory ? _counts.CategoryOf(range) : numbers[range.Start]);
        double sum = _sampleWeights.Sum(), squares = _sampleWeights.Sum(weight => weight * weight);
        return new TrainingStatistics(_counts.Rows, squares > 0 ? sum * sum / squares : 0, features, _counts.UndescribedSlots, null);
    }

    private List<(int, List<float>)> Choose()
    {
        _counts.Choose();
        int[] numbers = [.. _counts.Described.Where(feature => !feature.IsCategory).Select(feature => feature.Range.Start)];
        _places = new int[_counts.Width]; // from 1; 0 for slots that are not sampled
        for (int i = 0; i < numbers.Length; i++)
            _places[numbers[i]] = i + 1;
        return [.. numbers.Select(slot => (slot, new List<float>()))];
    }

    private NumberStatistics NumberOf(int slot, List<float> values)
    {
        var (missing, minimum, maximum) = _counts.RangeOf(slot);
        if (float.IsNaN(minimum))
            return new NumberStatistics(slot, missing, float.NaN, float.NaN, [], []);
        float[] sorted = [.. values.Where(float.IsFinite)];
        double[] weights = [.. values.Zip(_sampleWeights).Where(pair => float.IsFinite(pair.First)).Select(pair => pair.Second)];
        if (sorted.Length == 0)
            (sorted, weights) = ([minimum], [1]); // all sampled rows lack a value that other rows have
        Array.Sort(sorted, weights);
        var (starts, sums) = QuantileBins.Of(sorted, weights, NumberStatistics.MaximumBins);
        starts[0] = minimum;
        double total = sums.Sum();
        return new NumberStatistics(slot, missing, minimum, maximum, starts, [.. sums.Select(sum => StatisticsShare.Of(sum / total * (1 - missing)))]);
    }
}
