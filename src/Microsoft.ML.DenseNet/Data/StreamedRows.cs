namespace Microsoft.ML.DenseNet;

/// <summary>Training rows that are read again in every epoch, and what the first pass over them found.</summary>
internal sealed record StreamedRows
{
    /// <summary>The data, validation rows included; this process's share of it if there are several.</summary>
    public required IDataView Data { get; init; }

    public required RowReader Reader { get; init; }

    /// <summary>Determines which rows are for validation.</summary>
    public required RowDraw ValidationDraw { get; init; }

    /// <summary>Which rows are for validation and therefore skipped.</summary>
    public required HeldOut HeldOut { get; init; }

    /// <summary>The number of training rows.</summary>
    public required long Count { get; init; }

    /// <summary>The rows that this process has of those that several train on together; null if it has all.</summary>
    public RowShare? Share { get; init; }

    /// <summary>The number of training rows of each process, by rank; empty if this one has all.</summary>
    public IReadOnlyList<long> Shares { get; init; } = [];

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

    /// <summary>Whether a row is for validation and therefore skipped.</summary>
    /// <param name="block">Its block.</param>
    /// <param name="row">Its place in the block.</param>
    /// <param name="number">Its number among the rows of <see cref="Data"/>.</param>
    public bool IsSkipped(RowBlock block, int row, long number) => HeldOut.Takes(ValidationDraw, Reader.Split, block, row, Share?.RowAt(number) ?? number);
}
