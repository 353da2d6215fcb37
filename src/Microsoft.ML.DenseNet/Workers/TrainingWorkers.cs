using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Processes that train one model together. Each of them runs the same program on the same data and makes the same calls in the same
/// order; each ends up with the same model. <c>MpiWorkers</c> in the package Microsoft.ML.DenseNet.Mpi is made of the processes that
/// <c>mpiexec</c> starts.
/// </summary>
public abstract class TrainingWorkers
{
    /// <summary>The number of values whose exchange is worth hiding.</summary>
    internal const int WorthHiding = 1 << 16;

    private int _inUse;

    internal TrainingWorkers()
    {
    }

    /// <summary>The number of this process, from 0.</summary>
    public abstract int Rank { get; }

    /// <summary>The number of processes.</summary>
    public abstract int Count { get; }

    /// <summary>What the processes divide among themselves; <see cref="WorkSplit.Networks"/> by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not one of the named values.</exception>
    public WorkSplit Split
    {
        get;
        set => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"{nameof(Split)} is {value}, which is not a {nameof(WorkSplit)}.");
    }

    /// <summary>Which rows each process gives Fit; <see cref="WorkData.Same"/> by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not one of the named values.</exception>
    public WorkData Data
    {
        get;
        set => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"{nameof(Data)} is {value}, which is not a {nameof(WorkData)}.");
    }

    /// <summary>How many of the processes share this machine's processors.</summary>
    internal abstract int CountHere { get; }

    /// <summary>
    /// The fewest values of a gradient that are summed by themselves while others are still being computed; null to decide by the processors. Fewer
    /// than <see cref="WorthHiding"/> cost more than they save.
    /// </summary>
    internal int? FewestHiddenFloats { get; set; }

    /// <summary>
    /// Returns the fewest values to sum while others are computed, the same in all processes: none, unless each has a processor for it. A thread
    /// that had to wait for one would keep all processes waiting.
    /// </summary>
    /// <param name="threads">The threads that compute in this process.</param>
    internal int AgreeOnHidden(int threads)
    {
        int own = FewestHiddenFloats ?? (CountHere * (threads + 1) <= Environment.ProcessorCount ? WorthHiding : int.MaxValue);
        int[] all = new int[Count];
        ExchangeSmall(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in own)), MemoryMarshal.AsBytes(all.AsSpan()));
        return all.Max();
    }

    /// <summary>How messages name a process: its rank and its machine.</summary>
    internal abstract string NameOf(int rank);

    /// <summary>Sends a block to all processes, which all receive those of the others; returns them by rank.</summary>
    internal abstract byte[][] Exchange(ReadOnlySpan<byte> block);

    /// <summary>The same for blocks that have the same small size everywhere.</summary>
    /// <param name="block">This process's block.</param>
    /// <param name="all">Receives all blocks, by rank.</param>
    internal abstract void ExchangeSmall(ReadOnlySpan<byte> block, Span<byte> all);

    /// <summary>Replaces values with the sum of all processes' values, each times the process's factor. It is taken in the order of ranks, so every process gets the same bits.</summary>
    /// <param name="values">As many in every process.</param>
    /// <param name="factors">One per rank; the values of a process whose factor is 0 are not read.</param>
    internal abstract void Sum(Span<float> values, ReadOnlySpan<float> factors);

    /// <summary>Ends all processes, with a message that names this one.</summary>
    [DoesNotReturn]
    internal abstract void Abort(string message);

    /// <summary>Claims the processes for one call of Fit; dispose the result to release them.</summary>
    /// <exception cref="InvalidOperationException">Another Fit is using them.</exception>
    internal IDisposable Claim() => Interlocked.Exchange(ref _inUse, 1) == 0
        ? new Turn(this)
        : throw new InvalidOperationException("Another Fit of this process is using the same Workers: all processes must make the same calls in the same order, so they can run only one at a time.");

    private sealed class Turn(TrainingWorkers workers) : IDisposable
    {
        public void Dispose() => workers._inUse = 0;
    }
}
