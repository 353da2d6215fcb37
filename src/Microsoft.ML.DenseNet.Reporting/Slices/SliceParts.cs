namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Divides rows by their values, and pools values that have too few.</summary>
internal static class SliceParts
{
    /// <summary>Divides rows.</summary>
    /// <param name="values">The value of each row.</param>
    /// <param name="options">The fewest rows and the most slices.</param>
    /// <returns>The parts that have enough rows, and what is left; null for nothing.</returns>
    public static (IReadOnlyList<SlicePart> Parts, SlicePart? LeftOver) Of(IReadOnlyList<string> values, SliceOptions options)
    {
        SlicePart[] parts = [.. values
            .Select((value, row) => (value, row))
            .GroupBy(item => item.value, item => item.row, StringComparer.Ordinal)
            .Select(group => new SlicePart(group.Key, 1, [.. group]))
            .OrderByDescending(part => part.Rows.Count)];
        int kept = parts.Count(part => part.Rows.Count >= options.MinimumRows);
        if (kept > options.MaximumSlices || (kept == options.MaximumSlices && kept < parts.Length))
            kept = options.MaximumSlices - 1; // the last slice is that of the others
        var others = parts[kept..];
        if (others.Length == 0)
            return (parts, null);
        int count = others.Sum(part => part.Values);
        var pooled = new SlicePart(count == 1 ? others[0].Name : $"{NumberText.Count(count)} other values", count, [.. others.SelectMany(part => part.Rows).Order()]);
        return pooled.Rows.Count >= options.MinimumRows ? ([.. parts[..kept], pooled], null) : (parts[..kept], pooled);
    }
}
