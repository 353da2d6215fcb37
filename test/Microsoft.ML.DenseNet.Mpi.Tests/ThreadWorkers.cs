using System.Diagnostics.CodeAnalysis;

namespace Microsoft.ML.DenseNet.Mpi.Tests;

/// <summary>Workers that are threads of this process: what several ranks do can be tested without MPI.</summary>
internal sealed class ThreadWorkers : TrainingWorkers
{
    private readonly int _rank;
    private readonly Meeting _meeting;

    private ThreadWorkers(int rank, Meeting meeting)
    {
        _rank = rank;
        _meeting = meeting;
    }

    public override int Rank => _rank;

    public override int Count => _meeting.Blocks.Length;

    internal override int CountHere => Count;

    /// <summary>Runs what every rank does; returns each rank's result, or the exception that ended it.</summary>
    public static (T? Result, Exception? Failure)[] Run<T>(int count, Func<TrainingWorkers, T> work)
    {
        var meeting = new Meeting(count);
        var ends = new (T?, Exception?)[count];
        Thread[] threads = [.. Enumerable.Range(0, count).Select(rank => new Thread(() =>
        {
            try
            {
                ends[rank] = (work(new ThreadWorkers(rank, meeting)), null);
            }
            catch (Exception failure)
            {
                ends[rank] = (default, failure);
            }
        }))];
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        return ends;
    }

    internal override string NameOf(int rank) => $"rank {rank} on test";

    internal override byte[][] Exchange(ReadOnlySpan<byte> block)
    {
        _meeting.Blocks[_rank] = block.ToArray();
        Meet();
        byte[][] all = [.. _meeting.Blocks];
        Meet();
        return all;
    }

    internal override void ExchangeSmall(ReadOnlySpan<byte> block, Span<byte> all)
    {
        int size = block.Length;
        byte[][] blocks = Exchange(block);
        for (int rank = 0; rank < Count; rank++)
            blocks[rank].AsSpan().CopyTo(all[(rank * size)..]);
    }

    internal override void Sum(Span<float> values, ReadOnlySpan<float> factors)
    {
        byte[][] blocks = Exchange(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values));
        RankSum.Of(values, rank => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(blocks[rank]), factors);
    }

    [DoesNotReturn]
    internal override void Abort(string message)
    {
        _meeting.Message ??= $"{NameOf(Rank)}: {message}";
        _meeting.End.Cancel();
        throw new AbortedException(_meeting.Message);
    }

    private void Meet()
    {
        try
        {
            _meeting.Barrier.SignalAndWait(_meeting.End.Token);
        }
        catch (OperationCanceledException)
        {
            throw new AbortedException(_meeting.Message!);
        }
    }

    private sealed class Meeting(int count)
    {
        public Barrier Barrier { get; } = new(count);

        public CancellationTokenSource End { get; } = new();

        public byte[][] Blocks { get; } = new byte[count][];

        public string? Message { get; set; }
    }
}
