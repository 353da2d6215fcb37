namespace Microsoft.ML.DenseNet;

/// <summary>A row of features as a caller gives it.</summary>
internal readonly ref struct RawRow
{
    /// <param name="features">All values.</param>
    public RawRow(ReadOnlySpan<float> features) => Values = features;

    /// <param name="indices">The slots that are not 0, ascending.</param>
    /// <param name="values">Their values.</param>
    public RawRow(ReadOnlySpan<int> indices, ReadOnlySpan<float> values)
    {
        IsSparse = true;
        Indices = indices;
        Values = values;
    }

    public bool IsSparse { get; }

    public ReadOnlySpan<int> Indices { get; }

    public ReadOnlySpan<float> Values { get; }
}
