using System.Diagnostics;
using MPI;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Messages between processes. Waiting neither occupies a processor for long, as MPI's own does, nor lasts forever when a process that is
/// waited for has left.
/// </summary>
internal sealed unsafe class MpiPort
{
    // Constants of MPICH's binary interface; MS-MPI's are the same.
    private const int World = 0x44000000, Bytes = 0x4c00010d;
    private const int Data = 0, Farewell = 1;
    private const int Serialized = 2, Multiple = 3;

    /// <summary>The largest message; MPI counts with 32 bits.</summary>
    private const int MaximumBytes = 1 << 28;

    /// <summary>How long a message may still be on its way after its sender's farewell.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>How long to wait at full speed, by giving way to other threads, and by sleeping one millisecond at a time.</summary>
    private static readonly TimeSpan Spinning = TimeSpan.FromMicroseconds(50), Yielding = TimeSpan.FromMilliseconds(5), Dozing = TimeSpan.FromSeconds(2);

    private readonly Action<int> _lost;
    private readonly byte* _farewells;
    private readonly int[] _farewellRequests;
    private readonly bool[] _hasLeft;
    private long _left;

    /// <param name="lost">Called with the rank of a process that has left while this one waits for it; does not return.</param>
    public MpiPort(Action<int> lost)
    {
        int none = 0;
        byte** arguments = null;
        Check(Unsafe.MPI_Initialized(out int isInitialized));
        int threads;
        if (isInitialized == 0)
            Check(Unsafe.MPI_Init_thread(ref none, ref arguments, Multiple, out threads)); // any thread may abort
        else
            Check(Unsafe.MPI_Query_thread(out threads));
        AllowsThreads = threads >= Serialized;
        Check(Unsafe.MPI_Comm_rank(World, out int rank));
        Check(Unsafe.MPI_Comm_size(World, out int count));
        (Rank, Count, _lost) = (rank, count, lost);
        _hasLeft = new bool[count];
        _farewells = (byte*)System.Runtime.InteropServices.NativeMemory.AllocZeroed((nuint)count);
        _farewellRequests = new int[count];
        for (int other = 0; other < count; other++)
            _farewellRequests[other] = other == rank ? Unsafe.MPI_REQUEST_NULL : Receive(_farewells + other, 1, other, Farewell);
    }

    /// <summary>Whether other threads than the first may exchange, one at a time.</summary>
    public bool AllowsThreads { get; }

    public int Rank { get; }

    public int Count { get; }

    /// <summary>Begins to send; the bytes must stay where they are until <see cref="Wait"/> has returned.</summary>
    public static void Send(List<MpiTransfer> transfers, byte* bytes, long count, int target)
    {
        for (long start = 0; start < count; start += MaximumBytes)
            transfers.Add(new MpiTransfer(Send(bytes + start, (int)Math.Min(MaximumBytes, count - start), target, Data), target));
    }

    /// <summary>Begins to receive; the memory must stay where it is until <see cref="Wait"/> has returned.</summary>
    public static void Receive(List<MpiTransfer> transfers, byte* bytes, long count, int source)
    {
        for (long start = 0; start < count; start += MaximumBytes)
            transfers.Add(new MpiTransfer(Receive(bytes + start, (int)Math.Min(MaximumBytes, count - start), source, Data), source));
    }

    /// <summary>Waits until messages are sent and received.</summary>
    public void Wait(List<MpiTransfer> transfers)
    {
        long start = Stopwatch.GetTimestamp();
        foreach (var transfer in transfers)
        {
            int request = transfer.Request;
            while (!IsDone(ref request))
            {
                Pause(start);
                if (HasLeft(transfer.Other))
                    _lost(transfer.Other);
            }
        }

        transfers.Clear();
    }

    /// <summary>Says farewell to the other processes, waits for theirs, and ends MPI.</summary>
    public void Close()
    {
        byte leaving = 1;
        var transfers = new List<MpiTransfer>();
        for (int other = 0; other < Count; other++)
        {
            if (other != Rank)
                transfers.Add(new MpiTransfer(Send(&leaving, 1, other, Farewell), other));
        }

        long start = Stopwatch.GetTimestamp();
        for (int other = 0; other < Count; other++)
        {
            while (!IsDone(ref _farewellRequests[other]))
                Pause(start);
        }

        foreach (var transfer in transfers)
        {
            int request = transfer.Request;
            while (!IsDone(ref request))
                Pause(start);
        }

        Check(Unsafe.MPI_Finalize());
        System.Runtime.InteropServices.NativeMemory.Free(_farewells);
    }

    /// <summary>Ends all processes.</summary>
    public static void Abort() => _ = Unsafe.MPI_Abort(World, 1);

    private static int Send(byte* bytes, int count, int target, int tag)
    {
        Check(Unsafe.MPI_Isend((nint)bytes, count, Bytes, target, tag, World, out int request));
        return request;
    }

    private static int Receive(byte* bytes, int count, int source, int tag)
    {
        Check(Unsafe.MPI_Irecv((nint)bytes, count, Bytes, source, tag, World, out int request));
        return request;
    }

    private static bool IsDone(ref int request)
    {
        Check(Unsafe.MPI_Test(ref request, out int flag, out _));
        return flag != 0;
    }

    private static void Pause(long start)
    {
        var waited = Stopwatch.GetElapsedTime(start);
        if (waited < Spinning)
            Thread.SpinWait(10);
        else if (waited < Yielding)
            Thread.Yield();
        else
            Thread.Sleep(waited < Dozing ? 1 : 10);
    }

    /// <summary>Whether a process has left, and so long ago that none of its messages can still be on its way.</summary>
    private bool HasLeft(int other)
    {
        if (!_hasLeft[other])
        {
            if (other == Rank || !IsDone(ref _farewellRequests[other]))
                return false;
            (_hasLeft[other], _left) = (true, Stopwatch.GetTimestamp());
        }

        return Stopwatch.GetElapsedTime(_left) > Grace;
    }

    private static void Check(int error)
    {
        if (error != 0)
            throw new InvalidOperationException($"MPI reports error {error}.");
    }
}
