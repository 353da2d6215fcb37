using System.Collections;

namespace Microsoft.ML.DenseNet;

/// <summary>Ranges of slots, equal to others when they name the same ranges in the same order.</summary>
public sealed class SlotRangeList : IReadOnlyList<SlotRange>, IEquatable<SlotRangeList>
{
    private readonly SlotRange[] _ranges;

    internal SlotRangeList(IEnumerable<SlotRange> ranges)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        _ranges = [.. ranges];
        if (_ranges.Length == 0)
            throw new ArgumentException("Select needs at least one range of slots.", nameof(ranges));
        long total = 0;
        foreach (var range in _ranges)
        {
            if (range.Start < 0 || range.Count < 1)
                throw new ArgumentException($"The range of {range.Count} slots from {range.Start} is not one: the start must be at least 0, the count at least 1.", nameof(ranges));
            if ((long)range.Start + range.Count > Layer.MaximumUnits)
                throw new ArgumentException($"The range of {range.Count} slots from {range.Start} reaches beyond {Layer.MaximumUnits} slots, the most that are accepted: lower the start or the count.", nameof(ranges));
            if ((total += range.Count) > Layer.MaximumUnits)
                throw new ArgumentException($"The ranges are {total} slots wide together; at most {Layer.MaximumUnits} are accepted.", nameof(ranges));
        }

        Width = (int)total;
    }

    /// <summary>The ranges that together are these slots, neighbours joined.</summary>
    /// <param name="slots">Slot numbers, ascending.</param>
    internal static SlotRangeList Of(IEnumerable<int> slots)
    {
        var ranges = new List<SlotRange>();
        foreach (int slot in slots)
        {
            if (ranges.Count > 0 && ranges[^1].End == slot)
                ranges[^1] = new SlotRange(ranges[^1].Start, ranges[^1].Count + 1);
            else
                ranges.Add(new SlotRange(slot, 1));
        }

        return new SlotRangeList(ranges);
    }

    /// <inheritdoc/>
    public int Count => _ranges.Length;

    /// <summary>How many slots all ranges have together.</summary>
    public int Width { get; }

    /// <inheritdoc/>
    public SlotRange this[int index] => _ranges[index];

    /// <inheritdoc/>
    public IEnumerator<SlotRange> GetEnumerator() => ((IEnumerable<SlotRange>)_ranges).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(SlotRangeList? other) => other is not null && _ranges.AsSpan().SequenceEqual(other._ranges);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SlotRangeList);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_ranges.Length, Width, _ranges[0]);

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", _ranges);
}
