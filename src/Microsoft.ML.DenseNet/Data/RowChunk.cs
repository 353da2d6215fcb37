using System.Runtime.ExceptionServices;

namespace Microsoft.ML.DenseNet;

/// <summary>What one of several readers has read in one go.</summary>
internal sealed class RowChunk(BlockBuilder rows)
{
    public BlockBuilder Rows => rows;

    /// <summary>For each run of rows, its batch number and its end (exclusive).</summary>
    public List<(long Batch, int End)> Batches { get; } = [];

    /// <summary>What went wrong after the last row; null for nothing.</summary>
    public ExceptionDispatchInfo? Error { get; set; }

    /// <summary>The batch in which it went wrong, which determines when it is reported.</summary>
    public long ErrorBatch { get; set; }

    /// <summary>Whether the reader has reached its end.</summary>
    public bool IsLast { get; set; }

    public void Clear()
    {
        rows.Clear();
        Batches.Clear();
    }
}
