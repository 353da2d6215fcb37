using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>Exchanges in which all processes take part.</summary>
/// <param name="port">Sends and receives.</param>
internal sealed unsafe class MpiCollectives(MpiPort port)
{
    private readonly List<MpiTransfer> _transfers = [];
    private byte[] _received = [];

    /// <summary>All-gather of blocks of one size, in log2 of the number of processes rounds (Bruck's algorithm).</summary>
    /// <param name="block">This process's block.</param>
    /// <param name="all">Receives all blocks, by rank.</param>
    public void GatherSmall(ReadOnlySpan<byte> block, Span<byte> all)
    {
        int size = block.Length, count = port.Count;
        byte[] gathered = GC.AllocateUninitializedArray<byte>(size * count);
        block.CopyTo(gathered);
        fixed (byte* start = gathered)
        {
            // In each round a process passes on what it has: its own block and those of the ranks after it.
            for (int have = 1; have < count; have *= 2)
            {
                int more = Math.Min(have, count - have);
                MpiPort.Receive(_transfers, start + (have * size), (long)more * size, (port.Rank + have) % count);
                MpiPort.Send(_transfers, start, (long)more * size, (port.Rank - have + count) % count);
                port.Wait(_transfers);
            }
        }

        int first = port.Rank * size; // the gathered blocks begin with this rank's
        gathered.AsSpan(0, gathered.Length - first).CopyTo(all[first..]);
        gathered.AsSpan(gathered.Length - first).CopyTo(all);
    }

    /// <summary>All-gather of blocks of any size.</summary>
    public byte[][] Gather(ReadOnlySpan<byte> block)
    {
        int count = port.Count, rank = port.Rank;
        long own = block.Length;
        long[] lengths = new long[count];
        GatherSmall(MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in own)), MemoryMarshal.AsBytes(lengths.AsSpan()));
        byte[][] all = [.. lengths.Select(length => GC.AllocateUninitializedArray<byte>((int)length, pinned: true))];
        block.CopyTo(all[rank]);
        for (int step = 1; step < count; step++)
        {
            int source = (rank - step + count) % count;
            MpiPort.Receive(_transfers, Pointer(all[source]), lengths[source], source);
        }

        for (int step = 1; step < count; step++)
            MpiPort.Send(_transfers, Pointer(all[rank]), own, (rank + step) % count);
        port.Wait(_transfers);
        return all;
    }

    /// <summary>
    /// Sum of all processes' values, each times its factor: every process adds up its own part of the values, in the order of ranks, and
    /// sends the sums to all.
    /// </summary>
    public void Sum(Span<float> values, ReadOnlySpan<float> factors)
    {
        int count = port.Count, rank = port.Rank;
        int partBytes = PartOf(values.Length, 0, count).Count * sizeof(float); // the first is the longest
        if (_received.Length < (long)partBytes * count)
            _received = GC.AllocateUninitializedArray<byte>(partBytes * count, pinned: true);
        var (start, length) = PartOf(values.Length, rank, count);
        fixed (float* own = values)
        {
            byte* parts = Pointer(_received);
            for (int step = 1; step < count; step++)
            {
                int source = (rank - step + count) % count, target = (rank + step) % count;
                if (factors[source] != 0)
                    MpiPort.Receive(_transfers, parts + ((long)source * partBytes), length * (long)sizeof(float), source);
                var part = PartOf(values.Length, target, count);
                if (factors[rank] != 0)
                    MpiPort.Send(_transfers, (byte*)(own + part.Start), part.Count * (long)sizeof(float), target);
            }

            port.Wait(_transfers);
            var sum = values.Slice(start, length);
            if (factors[rank] != 0)
                sum.CopyTo(new Span<float>(parts + ((long)rank * partBytes), length));
            RankSum.Of(sum, source => new ReadOnlySpan<float>(Pointer(_received) + ((long)source * partBytes), length), factors);

            for (int step = 1; step < count; step++)
            {
                int source = (rank - step + count) % count, target = (rank + step) % count;
                var part = PartOf(values.Length, source, count);
                MpiPort.Receive(_transfers, (byte*)(own + part.Start), part.Count * (long)sizeof(float), source);
                MpiPort.Send(_transfers, (byte*)(own + start), length * (long)sizeof(float), target);
            }

            port.Wait(_transfers);
        }
    }

    /// <summary>The part of the values that a process adds up; parts begin at multiples of a cache line.</summary>
    private static (int Start, int Count) PartOf(int values, int rank, int count)
    {
        const int Line = 16;
        int part = (((values + count - 1) / count) + Line - 1) / Line * Line;
        int start = (int)Math.Min((long)rank * part, values);
        return (start, Math.Min(part, values - start));
    }

    private static byte* Pointer(byte[] pinned) => (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));
}
