using System.Runtime.ExceptionServices;

namespace Microsoft.ML.DenseNet;

/// <summary>What one of several readers has read in one go.</summary>
internal sealed class RowChunk(BlockBuilder rows)
{
    public BlockBuilder Rows => rows;

    /// <summary>The batch number of each run of rows, and the row behind its last.</summary>
    public List<(long Batch, int End)> Batches { get; } = [];

    /// <summary>What went wrong behind the last row; null for nothing.</summary>
    public ExceptionDispatchInfo? Error { get; set; }

    /// <summary>The batch in which it went wrong, which tells when it is its turn.</summary>
    public long ErrorBatch { get; set; }

    /// <summary>Whether the reader has come to its end.</summary>
    public bool IsLast { get; set; }

    public void Clear()
    {
        rows.Clear();
        Batches.Clear();
    }
}
