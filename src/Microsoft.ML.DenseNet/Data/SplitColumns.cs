using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// The columns that decide which rows may validate which: one whose equal values stay on the same side, and one that orders rows in time.
/// A row has a key for each: a hash of its group, then its time slot by slot, as unsigned numbers in the order of the times.
/// </summary>
/// <param name="Group">The column of the groups; null for none.</param>
/// <param name="Time">The column of the times, a number, a moment or a vector of numbers of which the first counts most; null for none.</param>
internal sealed record SplitColumns(DataViewSchema.Column? Group, DataViewSchema.Column? Time)
{
    /// <summary>The key of a missing value.</summary>
    public const ulong Missing = 0;

    /// <summary>Neither column.</summary>
    public static SplitColumns None { get; } = new(null, null);

    /// <summary>The number of keys that a row has for its time.</summary>
    public int TimeKeys { get; } = Time is { } time ? (time.Type as VectorDataViewType)?.Size ?? 1 : 0;

    /// <summary>The number of keys that a row has.</summary>
    public int Keys => (Group is null ? 0 : 1) + TimeKeys;

    /// <summary>Where a row's time begins among its keys.</summary>
    public int TimeStart => Keys - TimeKeys;

    /// <summary>Those of the columns that are there.</summary>
    public IEnumerable<DataViewSchema.Column> Columns => new[] { Group, Time }.OfType<DataViewSchema.Column>();

    /// <summary>Returns a function that writes the keys of the cursor's row.</summary>
    /// <param name="cursor">A cursor with these columns.</param>
    public Action<Span<ulong>>? Getter(DataViewRow cursor)
    {
        var group = Group is { } groupColumn ? GroupKeys.Getter(cursor, groupColumn) : null;
        var time = Time is { } timeColumn ? TimeKeyReader.Getter(cursor, timeColumn) : null;
        return (group, time) switch
        {
            (null, null) => null,
            (not null, null) => keys => keys[0] = group(),
            (null, not null) => time.Invoke,
            _ => keys =>
            {
                keys[0] = group();
                time(keys[1..]);
            },
        };
    }
}
