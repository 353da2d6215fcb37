namespace Microsoft.ML.DenseNet;

/// <summary>Passes rows to the builder of <see cref="TrainingStatistics"/>.</summary>
internal static class RowStatistics
{
    /// <summary>Counts the rows of a block.</summary>
    public static void Count(this StatisticsBuilder builder, RowBlock block)
    {
        for (int row = 0; row < block.Rows; row++)
        {
            double weight = block.Weights.IsEmpty ? 1 : block.Weights.Span[row];
            if (block.Sparse is { } sparse)
                builder.Count(sparse.RowSlots(row), sparse.RowValues(row), weight);
            else
                builder.Count(Dense(block, row), weight);
        }
    }

    /// <summary>Samples rows, after all were counted.</summary>
    public static void Sample(this StatisticsBuilder builder, RowSet rows)
    {
        var sample = new StatisticsSample(rows.Count);
        long number = 0;
        foreach (var block in rows.Blocks)
        {
            for (int row = 0; row < block.Rows; row++, number++)
            {
                if (!sample.Takes(number))
                    continue;
                double weight = block.Weights.IsEmpty ? 1 : block.Weights.Span[row];
                if (block.Sparse is { } sparse)
                    builder.Sample(sparse.RowSlots(row), sparse.RowValues(row), weight);
                else
                    builder.Sample(Dense(block, row), weight);
            }
        }
    }

    private static ReadOnlySpan<float> Dense(RowBlock block, int row)
    {
        int width = block.Features.Length / block.Rows;
        return block.Features.Span.Slice(row * width, width);
    }
}
