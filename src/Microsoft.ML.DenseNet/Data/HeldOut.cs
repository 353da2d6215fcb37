namespace Microsoft.ML.DenseNet;

/// <summary>Which part of a stream is set aside for validation.</summary>
/// <param name="Share">The share of the rows, from 0 (none) to below 1.</param>
internal sealed record HeldOut(double Share)
{
    /// <summary>Sets nothing aside.</summary>
    public static HeldOut None { get; } = new(0);

    /// <summary>With fewer rows than this, none are set aside.</summary>
    public int MinimumRows { get; private init; }

    /// <summary>Whether the default network, not an option, asks for it.</summary>
    public bool IsDefault { get; private init; }

    /// <summary>One fold's share of the rows, the share that the default network holds out of rows in memory.</summary>
    /// <param name="folds">The number of folds.</param>
    /// <param name="minimumRows">With fewer rows than this, none are set aside.</param>
    public static HeldOut OneFoldOf(int folds, int minimumRows) => new(1.0 / folds) { MinimumRows = minimumRows, IsDefault = true };

    /// <summary>The keys of the earliest time that is set aside, if rows are set aside by time.</summary>
    public ulong[]? Since { get; init; }

    /// <summary>Whether a row is set aside: from a moment on if rows have times, by a draw for its group if it has one, otherwise by a draw for its number.</summary>
    /// <param name="draw">The draws.</param>
    /// <param name="split">The columns that decide which rows may validate which.</param>
    /// <param name="block">The row's block.</param>
    /// <param name="row">Its place in the block.</param>
    /// <param name="number">Its number in the data.</param>
    public bool Takes(RowDraw draw, SplitColumns split, RowBlock block, int row, long number)
    {
        if (Share == 0)
            return false;
        if (split.Keys == 0)
            return draw.Share(number) < Share;
        var keys = block.SplitKeys.Span.Slice(row * split.Keys, split.Keys);
        return Since is null ? draw.Share(unchecked((long)keys[0])) < Share : keys.SequenceCompareTo(Since) >= 0;
    }

    /// <summary>The error for a draw that leaves no rows to train on, or none to validate on.</summary>
    public InvalidOperationException EmptyPart(long rows, long drawn) => IsDefault
        ? new($"The default network draws {Share:G3} of a stream's rows to validate on; of {rows} rows this leaves {rows - drawn} to train on and {drawn} to validate on. Give more rows, a ValidationFraction (0 for no validation), Fit validation data, or DataPlacement.Host.")
        : RowSplitter.EmptyPart(Share, rows, drawn);
}
