using System.Numerics.Tensors;

namespace Microsoft.ML.DenseNet;

/// <summary>Counts over rows, one pass: each slot's range and missing weight, and the weight of each category of one-hot blocks.</summary>
internal sealed class SlotCounts
{
    private readonly SlotRange[] _blocks;
    private readonly int[] _blockOf = []; // from 1; 0 for numbers. Empty without blocks.
    private readonly float[] _minimum;
    private readonly float[] _maximum;
    private readonly double[] _missing;
    private readonly double[] _present; // the weight of rows in which a slot is stored and not 0; for a category, its own part of it
    private readonly long[] _stored; // the number of rows that store a slot
    private readonly double[] _blockWeight;
    private readonly int[] _found; // how many categories of each block a row has
    private double _weight;

    /// <inheritdoc cref="StatisticsBuilder(int, IReadOnlyList{SlotRange})"/>
    public SlotCounts(int width, IReadOnlyList<SlotRange> blocks)
    {
        Width = width;
        _blocks = [.. blocks];
        _minimum = new float[width];
        _maximum = new float[width];
        _minimum.AsSpan().Fill(float.PositiveInfinity);
        _maximum.AsSpan().Fill(float.NegativeInfinity);
        _missing = new double[width];
        _present = new double[width];
        _stored = new long[width];
        _blockWeight = new double[_blocks.Length];
        _found = new int[_blocks.Length];
        if (_blocks.Length == 0)
            return;
        _blockOf = new int[width];
        for (int block = 0; block < _blocks.Length; block++)
            _blockOf.AsSpan(_blocks[block].Start, _blocks[block].Count).Fill(block + 1);
    }

    /// <summary>The number of slots.</summary>
    public int Width { get; }

    /// <summary>The number of rows counted.</summary>
    public long Rows { get; private set; }

    /// <summary>The features that <see cref="Choose"/> chose, by slot.</summary>
    public IReadOnlyList<(SlotRange Range, bool IsCategory)> Described { get; private set; } = [];

    /// <summary>The number of slots that were not chosen.</summary>
    public int UndescribedSlots { get; private set; }

    public void Add(ReadOnlySpan<float> row, double weight)
    {
        if (!Begin(weight))
            return;
        for (int slot = 0; slot < row.Length; slot++)
            Add(slot, row[slot], weight);
        End([], row, weight);
    }

    public void Add(ReadOnlySpan<int> slots, ReadOnlySpan<float> values, double weight)
    {
        if (!Begin(weight))
            return;
        for (int i = 0; i < slots.Length; i++)
            Add(slots[i], values[i], weight);
        End(slots, values, weight);
    }

    /// <summary>Writes the counts for <see cref="Join"/>.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write<float>(_minimum);
        writer.Write<float>(_maximum);
        writer.Write<double>(_missing);
        writer.Write<double>(_present);
        writer.Write<long>(_stored);
        writer.Write<double>(_blockWeight);
        writer.Write(_weight);
        writer.Write(Rows);
    }

    /// <summary>Adds what the counts of other rows have written.</summary>
    public void Join(BinaryReader reader)
    {
        TensorPrimitives.Min(_minimum, reader.ReadArray<float>(), _minimum);
        TensorPrimitives.Max(_maximum, reader.ReadArray<float>(), _maximum);
        TensorPrimitives.Add(_missing, reader.ReadArray<double>(), _missing);
        TensorPrimitives.Add(_present, reader.ReadArray<double>(), _present);
        TensorPrimitives.Add(_stored, reader.ReadArray<long>(), _stored);
        TensorPrimitives.Add(_blockWeight, reader.ReadArray<double>(), _blockWeight);
        _weight += reader.ReadDouble();
        Rows += reader.ReadInt64();
    }

    /// <summary>Chooses the features to describe: those that most rows have a value in, as far as <see cref="TrainingStatistics.MaximumEntries"/> allows.</summary>
    public void Choose()
    {
        var features = new List<(SlotRange Range, bool IsCategory)>();
        for (int slot = 0; slot < Width; slot++)
        {
            int block = _blockOf.Length == 0 ? 0 : _blockOf[slot];
            features.Add(block == 0 ? (new SlotRange(slot, 1), false) : (_blocks[block - 1], true));
            slot += features[^1].Range.Count - 1;
        }

        int entries = 0;
        var chosen = new List<(SlotRange Range, bool IsCategory)>();
        foreach (var feature in features.OrderByDescending(feature => feature.IsCategory ? _blockWeight[_blockOf[feature.Range.Start] - 1] : _present[feature.Range.Start]).ThenBy(feature => feature.Range.Start))
        {
            int needed = feature.IsCategory ? Math.Min(feature.Range.Count, CategoryStatistics.MaximumCategories) : NumberStatistics.MaximumBins;
            if (entries + needed > TrainingStatistics.MaximumEntries)
                break;
            entries += needed;
            chosen.Add(feature);
        }

        Described = [.. chosen.OrderBy(feature => feature.Range.Start)];
        UndescribedSlots = Width - chosen.Sum(feature => feature.Range.Count);
    }

    /// <summary>Returns a number's share of missing values and its range; NaN for the range if it is always missing.</summary>
    public (double Missing, float Minimum, float Maximum) RangeOf(int slot)
    {
        float minimum = _minimum[slot], maximum = _maximum[slot];
        if (_stored[slot] < Rows)
            (minimum, maximum) = (Math.Min(minimum, 0), Math.Max(maximum, 0));
        return minimum > maximum ? (1, float.NaN, float.NaN) : (StatisticsShare.Of(_missing[slot] / _weight), minimum, maximum);
    }

    /// <summary>Returns the statistics of a one-hot block.</summary>
    public CategoryStatistics CategoryOf(SlotRange range)
    {
        double total = _weight > 0 ? _weight : 1;
        int block = _blockOf[range.Start] - 1;
        CategoryShare[] listed = [.. Enumerable.Range(0, range.Count)
            .Where(category => _present[range.Start + category] > 0)
            .OrderByDescending(category => _present[range.Start + category])
            .Take(CategoryStatistics.MaximumCategories)
            .Order()
            .Select(category => new CategoryShare(category, StatisticsShare.Of(_present[range.Start + category] / total)))];
        int seen = range.Count - _present.AsSpan(range.Start, range.Count).Count(0.0);
        double listedShare = listed.Sum(category => _present[range.Start + category.Category]) / total;
        double other = seen > listed.Length ? Math.Max(double.Epsilon, (_blockWeight[block] / total) - listedShare) : 0;
        return new CategoryStatistics(range.Start, range.Count, listed, StatisticsShare.Of(other), StatisticsShare.Of(1 - (_blockWeight[block] / total)));
    }

    private bool Begin(double weight)
    {
        if (!(weight > 0))
            return false;
        Rows++;
        _weight += weight;
        return true;
    }

    private void Add(int slot, float value, double weight)
    {
        _stored[slot]++;
        if (!float.IsFinite(value))
        {
            _missing[slot] += weight;
            return;
        }

        if (value < _minimum[slot])
            _minimum[slot] = value;
        if (value > _maximum[slot])
            _maximum[slot] = value;
        if (value == 0)
            return;
        if (_blockOf.Length == 0 || _blockOf[slot] == 0)
            _present[slot] += weight;
        else
            _found[_blockOf[slot] - 1]++;
    }

    /// <summary>Gives each category that the row has in a block an equal part of its weight.</summary>
    /// <param name="slots">The stored slots; empty if all are stored.</param>
    /// <param name="values">Their values.</param>
    /// <param name="weight">The row's weight.</param>
    private void End(ReadOnlySpan<int> slots, ReadOnlySpan<float> values, double weight)
    {
        if (_blocks.Length == 0)
            return;
        for (int i = 0; i < values.Length; i++)
        {
            int slot = slots.IsEmpty ? i : slots[i];
            if (_blockOf[slot] is > 0 and var block && float.IsFinite(values[i]) && values[i] != 0)
                _present[slot] += weight / _found[block - 1];
        }

        for (int block = 0; block < _blocks.Length; block++)
        {
            _blockWeight[block] += _found[block] > 0 ? weight : 0;
            _found[block] = 0;
        }
    }
}
