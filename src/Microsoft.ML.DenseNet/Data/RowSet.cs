using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>Rows in memory, in blocks that are all dense or all sparse.</summary>
internal sealed class RowSet
{
    /// <summary>Sparse rows with at least this many slots are wide.</summary>
    public const int WideSlots = 4096;

    public RowSet(int width, bool hasWeights, IReadOnlyList<RowBlock> blocks)
    {
        Width = width;
        HasWeights = hasWeights;
        Blocks = blocks;
        Count = blocks.Sum(block => (long)block.Rows);
    }

    /// <summary>The number of features.</summary>
    public int Width { get; }

    public bool HasWeights { get; }

    public IReadOnlyList<RowBlock> Blocks { get; }

    public long Count { get; }

    /// <summary>Whether rows are stored without their zeros.</summary>
    public bool IsSparse => Blocks is [{ Sparse: not null }, ..];

    /// <summary>
    /// Whether rows are stored without their zeros and are so wide that the zeros must never be written out: their features are words or
    /// categories, of which a row has few.
    /// </summary>
    public bool IsWideSparse => IsSparse && Width >= WideSlots;

    /// <summary>The sums from which <see cref="FeatureStatistics"/> are computed, if they were gathered while reading; null to gather them on demand.</summary>
    public FeatureMoments? Moments { get; init; }

    /// <summary>The columns that decide which rows may validate which; the blocks have the rows' keys.</summary>
    public SplitColumns Split { get; init; } = SplitColumns.None;

    /// <summary>All labels, in order.</summary>
    public IEnumerable<float> Labels => Blocks.SelectMany(block => MemoryMarshal.ToEnumerable<float>(block.Labels));

    /// <summary>All example weights, in order; 1 each if there are none.</summary>
    public IEnumerable<float> Weights => HasWeights ? Blocks.SelectMany(block => MemoryMarshal.ToEnumerable<float>(block.Weights)) : Enumerable.Repeat(1f, checked((int)Count));

    /// <summary>All rows' keys in <see cref="Split"/>, in order.</summary>
    public IEnumerable<ReadOnlyMemory<ulong>> SplitKeys => Blocks.SelectMany(block => Enumerable.Range(0, block.Rows).Select(row => (ReadOnlyMemory<ulong>)block.SplitKeys.Slice(row * Split.Keys, Split.Keys)));

    /// <summary>The mean example weight; 1 if there are none. That of all rows if these are a process's share of them.</summary>
    public double MeanWeight => CommonMeanWeight ?? (HasWeights ? Weights.Average(weight => (double)weight) : 1);

    /// <summary>The mean weight of all rows if these are a share of them; null otherwise.</summary>
    public double? CommonMeanWeight { get; private init; }

    /// <summary>Returns the same rows as a share of rows with a given mean weight.</summary>
    public RowSet WithMeanWeight(double? mean) => new(Width, HasWeights, Blocks) { Moments = Moments, Split = Split, CommonMeanWeight = mean };

    /// <summary>The rows without their zeros, looked up by number; all must be sparse.</summary>
    public SparseTable SparseTable() => new([.. Blocks.Select(block => (block.Sparse!, block.Rows))]);

    /// <summary>Returns the same rows with each label mapped.</summary>
    public RowSet WithLabels(Func<float, float> change) =>
        new(Width, HasWeights, [.. Blocks.Select(block => block with { Labels = MemoryMarshal.ToEnumerable<float>(block.Labels).Select(change).ToArray() })]) { Moments = Moments, Split = Split };

    /// <summary>Returns the same rows with each weight multiplied by a factor that depends on the label.</summary>
    public RowSet Reweighted(Func<float, float> factor) =>
        new(Width, hasWeights: true, [.. Blocks.Select(block =>
        {
            var weights = new float[block.Rows];
            for (int i = 0; i < weights.Length; i++)
                weights[i] = (HasWeights ? block.Weights.Span[i] : 1) * factor(block.Labels.Span[i]);
            return block with { Weights = weights };
        })]) { Split = Split };

    /// <summary>Returns copies of the rows whose numbers satisfy a predicate, without their keys in <see cref="Split"/>.</summary>
    public RowSet Where(Func<long, bool> include)
    {
        var blocks = new List<RowBlock>();
        var builder = new BlockBuilder(Width, HasWeights, IsSparse ? RowForm.Sparse : RowForm.Dense);
        long first = 0;
        foreach (var block in Blocks)
        {
            for (int row = 0; row < block.Rows; row++)
            {
                if (!include(first + row))
                    continue;
                builder.Add(block, row, 1);
                if (builder.IsFull)
                    blocks.Add(builder.Build());
            }

            first += block.Rows;
        }

        if (builder.Rows > 0)
            blocks.Add(builder.Build());
        return new RowSet(Width, HasWeights, blocks);
    }
}
