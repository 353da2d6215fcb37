namespace Microsoft.ML.DenseNet;

/// <summary>A run of consecutive rows, dense or sparse.</summary>
/// <param name="Rows">The number of rows.</param>
/// <param name="Features">[rows, features], row-major; empty if <paramref name="Sparse"/> has them.</param>
/// <param name="Labels">One per row: 0 or 1, a class number from 0, or a number.</param>
/// <param name="Weights">One per row; empty if there are none.</param>
/// <param name="Sparse">The features of sparse rows; null for dense ones.</param>
internal sealed record RowBlock(int Rows, Memory<float> Features, Memory<float> Labels, Memory<float> Weights, SparseRows? Sparse = null)
{
    /// <summary>The rows' keys in the <see cref="SplitColumns"/>, row-major; empty if there are none.</summary>
    public Memory<ulong> SplitKeys { get; init; }

    /// <summary>The memory that the rows take, in bytes; reused arrays may be longer.</summary>
    public long Bytes => (sizeof(ulong) * (long)SplitKeys.Length) + (sizeof(float) * ((long)Features.Length + Labels.Length + Weights.Length + (Sparse is null ? 0 : Rows + 1 + (2L * Sparse.Starts[Rows]))));

    /// <summary>The average memory that a row takes, in bytes.</summary>
    public double RowBytes => (double)Bytes / Rows;

    /// <summary>Writes a row's features, zeros included.</summary>
    public void CopyRow(int row, Span<float> target)
    {
        if (Sparse is not null)
            Sparse.CopyRow(row, target);
        else
            Features.Span.Slice(row * target.Length, target.Length).CopyTo(target);
    }

    /// <summary>Returns the features of consecutive rows, zeros included: the rows' own memory if they are dense, otherwise <paramref name="buffer"/>, filled.</summary>
    public ReadOnlySpan<float> DenseRows(int start, int count, int width, Span<float> buffer)
    {
        if (Sparse is null)
            return Features.Span.Slice(start * width, count * width);
        for (int i = 0; i < count; i++)
            Sparse.CopyRow(start + i, buffer.Slice(i * width, width));
        return buffer[..(count * width)];
    }
}
