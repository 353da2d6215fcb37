namespace Microsoft.ML.DenseNet;

/// <summary>Training rows that are read again in every epoch, and what the first pass over them found.</summary>
internal sealed record StreamedRows
{
    /// <summary>The data, validation rows included.</summary>
    public required IDataView Data { get; init; }

    public required RowReader Reader { get; init; }

    /// <summary>Determines which rows are for validation.</summary>
    public required RowDraw ValidationDraw { get; init; }

    /// <summary>Which rows are for validation and therefore skipped.</summary>
    public required HeldOut HeldOut { get; init; }

    /// <summary>The number of training rows.</summary>
    public required long Count { get; init; }

    /// <summary>The rows that this process trains on if several train together; null for all.</summary>
    public RowShare? Share { get; init; }

    /// <summary>The number of training rows in <see cref="Share"/>.</summary>
    public long ShareCount { get; init; }

    /// <summary>The rows to read in an epoch. Rows of weight 0 have no number, so with weights all rows are read, and those of others dropped.</summary>
    public IDataView Read => Share is { } share && !Reader.HasWeights ? new ShareView(Data, share) : Data;

    /// <summary>The sums from which the input scaling is computed.</summary>
    public required FeatureMoments Moments { get; init; }

    /// <summary>Builds statistics of the training rows, all of which it has counted; null if none are stored.</summary>
    public StatisticsBuilder? Statistics { get; init; }

    /// <summary>The memory that shuffling may take, in bytes.</summary>
    public required long PoolBytes { get; init; }

    /// <summary>The approximate memory that a row takes, in bytes.</summary>
    public required double RowBytes { get; init; }

    /// <summary>The number of rows among which the stream is shuffled: those that fit in <see cref="PoolBytes"/>.</summary>
    public int PoolRows => (int)Math.Clamp(Math.Min(PoolBytes / RowBytes, Count), 1, (1 << 30) / Width);

    /// <summary>Whether rows are stored without their zeros.</summary>
    public required bool IsSparse { get; init; }

    /// <summary>The fingerprint of all rows, validation rows included; null if none was requested.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The mean example weight, <see cref="WeightFactor"/> included.</summary>
    public double MeanWeight { get; init; } = 1;

    /// <summary>Maps a label to its target; null for no change.</summary>
    public Func<float, float>? Label { get; init; }

    /// <summary>Maps a label to a factor on its row's weight; null for none.</summary>
    public Func<float, float>? WeightFactor { get; init; }

    public int Width => Reader.Width;

    public bool HasWeights => Reader.HasWeights || WeightFactor is not null;

    /// <summary>Whether a row is skipped: it is for validation, or another process's.</summary>
    /// <param name="block">Its block.</param>
    /// <param name="row">Its place in the block.</param>
    /// <param name="number">Its number among the rows of <see cref="Read"/>.</param>
    public bool IsSkipped(RowBlock block, int row, long number)
    {
        if (Share is { } share)
        {
            number = Reader.HasWeights ? number : share.RowAt(number);
            if (!share.Has(number))
                return true;
        }

        return HeldOut.Takes(ValidationDraw, Reader.Split, block, row, number);
    }
}
