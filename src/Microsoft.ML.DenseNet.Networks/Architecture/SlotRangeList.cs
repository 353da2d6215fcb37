namespace Microsoft.ML.DenseNet;

/// <summary>The ranges that a <see cref="SelectLayer"/> keeps.</summary>
internal sealed class SlotRangeList : ValueList<SlotRange>
{
    public SlotRangeList(IEnumerable<SlotRange> ranges)
        : base(Checked(ranges)) => Width = this.Sum(range => range.Count);

    /// <summary>The total number of slots in all ranges.</summary>
    public int Width { get; }

    /// <summary>Returns the ranges that make up these slots, with adjacent slots joined.</summary>
    /// <param name="slots">Slot numbers, ascending.</param>
    public static SlotRangeList Of(IEnumerable<int> slots)
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

    private static SlotRange[] Checked(IEnumerable<SlotRange> ranges)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        SlotRange[] items = [.. ranges];
        if (items.Length == 0)
            throw new ArgumentException("Select needs at least one range of slots.", nameof(ranges));
        long total = 0;
        foreach (var range in items)
        {
            if (range.Start < 0 || range.Count < 1)
                throw new ArgumentException($"The range of {range.Count} slots from {range.Start} is not one: the start must be at least 0, the count at least 1.", nameof(ranges));
            if ((long)range.Start + range.Count > Layer.MaximumUnits)
                throw new ArgumentException($"The range of {range.Count} slots from {range.Start} reaches beyond {Layer.MaximumUnits} slots, the most that are accepted: lower the start or the count.", nameof(ranges));
            if ((total += range.Count) > Layer.MaximumUnits)
                throw new ArgumentException($"The ranges are {total} slots wide together; at most {Layer.MaximumUnits} are accepted.", nameof(ranges));
        }

        return items;
    }
}
