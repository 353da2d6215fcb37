namespace Microsoft.ML.DenseNet;

/// <summary>Gives all processes the rows that each of them has.</summary>
internal static class RowExchange
{
    /// <summary>About how many bytes of rows travel at a time.</summary>
    private const double RoundBytes = 1 << 26;

    /// <summary>Returns the rows of all processes, in the order of their numbers.</summary>
    /// <param name="peers">The processes; all of them must make this call.</param>
    /// <param name="own">This process's rows.</param>
    /// <param name="numberOf">The numbers of its rows, ascending; no other row has the same.</param>
    /// <param name="end">A number above all of them, the same in every process.</param>
    /// <param name="form">How the rows are stored, the same in every process.</param>
    public static RowSet Gather(RowPeers peers, RowSet own, Func<long, long> numberOf, long end, RowForm form)
    {
        double bytes = peers.Exchange(own.Blocks.Sum(block => (double)block.Bytes)).Sum(values => values[0]);
        long rounds = Math.Max(1, (long)(bytes / RoundBytes)), range = (end + rounds - 1) / rounds;
        var blocks = new List<RowBlock>();
        var builder = new BlockBuilder(own.Width, own.HasWeights, form, splitKeys: own.Split.Keys);
        using var rows = Enumerate(own).GetEnumerator();
        bool more = rows.MoveNext();
        long place = 0;
        for (long limit = range; limit < end + range; limit += range)
        {
            var sent = new BlockBuilder(own.Width, own.HasWeights, form, splitKeys: own.Split.Keys);
            var sentBlocks = new List<RowBlock>();
            var numbers = new List<long>();
            for (; more && numberOf(place) < limit; place++, more = rows.MoveNext())
            {
                numbers.Add(numberOf(place));
                Add(sent, sentBlocks, rows.Current);
            }

            Flush(sent, sentBlocks);
            var all = peers.Exchange(writer =>
            {
                writer.Write<long>(numbers.ToArray());
                writer.Write(sentBlocks.Count);
                foreach (var block in sentBlocks)
                    Write(writer, block);
            });
            foreach (var (_, row) in all.SelectMany(reader => Read(reader, own.Width)).OrderBy(numbered => numbered.Number))
                Add(builder, blocks, row);
        }

        Flush(builder, blocks);
        return new RowSet(own.Width, own.HasWeights, blocks) { Split = own.Split };
    }

    private static IEnumerable<(RowBlock Block, int Row)> Enumerate(RowSet rows) => rows.Blocks.SelectMany(block => Enumerable.Range(0, block.Rows).Select(row => (block, row)));

    private static void Add(BlockBuilder builder, List<RowBlock> blocks, (RowBlock Block, int Row) row)
    {
        builder.Add(row.Block, row.Row, 1);
        if (builder.IsFull)
            blocks.Add(builder.Build());
    }

    private static void Flush(BlockBuilder builder, List<RowBlock> blocks)
    {
        if (builder.Rows > 0)
            blocks.Add(builder.Build());
    }

    private static void Write(BinaryWriter writer, RowBlock block)
    {
        writer.Write(block.Rows);
        writer.Write<float>(block.Features.Span);
        writer.Write<float>(block.Labels.Span[..block.Rows]);
        writer.Write<float>(block.Weights.IsEmpty ? [] : block.Weights.Span[..block.Rows]);
        writer.Write<ulong>(block.SplitKeys.Span);
        writer.Write(block.Sparse is not null);
        if (block.Sparse is not { } sparse)
            return;
        int values = sparse.Starts[block.Rows];
        writer.Write<int>(sparse.Starts.AsSpan(0, block.Rows + 1));
        writer.Write<int>(sparse.Slots.AsSpan(0, values));
        writer.Write<float>(sparse.Values.AsSpan(0, values));
    }

    private static RowBlock ReadBlock(BinaryReader reader, int width)
    {
        int rows = reader.ReadInt32();
        float[] features = reader.ReadArray<float>(), labels = reader.ReadArray<float>(), weights = reader.ReadArray<float>();
        ulong[] keys = reader.ReadArray<ulong>();
        var sparse = reader.ReadBoolean() ? new SparseRows(width, reader.ReadArray<int>(), reader.ReadArray<int>(), reader.ReadArray<float>()) : null;
        return new RowBlock(rows, features, labels, weights, sparse) { SplitKeys = keys };
    }

    private static IEnumerable<(long Number, (RowBlock Block, int Row) Row)> Read(BinaryReader reader, int width)
    {
        long[] numbers = reader.ReadArray<long>();
        RowBlock[] blocks = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => ReadBlock(reader, width))];
        return numbers.Zip(blocks.SelectMany(block => Enumerable.Range(0, block.Rows).Select(row => (block, row))));
    }
}
