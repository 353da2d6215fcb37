namespace Microsoft.ML.DenseNet;

/// <summary>What of a stream is set aside to validate on.</summary>
/// <param name="Share">The share of the rows, from 0 (none) to below 1.</param>
internal sealed record HeldOut(double Share)
{
    /// <summary>Nothing.</summary>
    public static HeldOut None { get; } = new(0);

    /// <summary>The fewest rows of which any are set aside.</summary>
    public int MinimumRows { get; private init; }

    /// <summary>Whether no option asks for it.</summary>
    public bool IsDefault { get; private init; }

    /// <summary>As many as one of the parts has into which the default network deals rows in memory.</summary>
    public static HeldOut Part(DenseNetDefaults defaults) => new(1.0 / defaults.Folds) { MinimumRows = defaults.MinimumRowsToValidate, IsDefault = true };

    /// <summary>The error of a draw that leaves nothing to train on, or nothing to validate on.</summary>
    public InvalidOperationException EmptyPart(long rows, long drawn) => IsDefault
        ? new($"The default network draws {Share:G3} of a stream's rows to validate on; of {rows} rows this leaves {rows - drawn} to train on and {drawn} to validate on. Give more rows, a ValidationFraction (0 for no validation), Fit validation data, or DataPlacement.Host.")
        : RowSplitter.EmptyPart(Share, rows, drawn);
}
