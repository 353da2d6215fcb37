using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>What processes that train one network together decide together. They compute the same numbers, and check that they do.</summary>
/// <param name="plan">What is trained.</param>
/// <param name="network">The network.</param>
internal sealed class JointRun(TrainingPlan plan, TorchNetwork network)
{
    /// <summary>A process that takes this much longer than the others, in comparison and in seconds an epoch, is named in the log.</summary>
    private const double SlowFactor = 1.5, SlowSeconds = 0.1;

    private readonly TrainingWorkers _workers = plan.Workers!;

    /// <summary>Gives all processes the first weights of rank 0: torch, which helps to draw them, may round differently on another machine.</summary>
    public void ShareParameters()
    {
        byte[][] all = _workers.Exchange(_workers.Rank == 0 ? MemoryMarshal.AsBytes(network.CopyParameters().AsSpan()) : []);
        network.Load(MemoryMarshal.Cast<byte, float>(all[0]).ToArray(), network.CopyBuffers());
    }

    /// <summary>Whether any process asks to stop: observers are called on one of them.</summary>
    public bool AnyStops(bool thisStops)
    {
        Span<byte> all = stackalloc byte[_workers.Count];
        _workers.ExchangeSmall([thisStops ? (byte)1 : (byte)0], all);
        return all.Contains((byte)1);
    }

    /// <summary>Checks that all processes resumed from the same state.</summary>
    /// <exception cref="InvalidOperationException">They did not.</exception>
    public void CheckResumed(int epochs)
    {
        if (!AreSame(epochs))
            throw new InvalidOperationException($"The processes resumed from different states: {nameof(DenseNetOptions.CheckpointDirectory)} must be a folder of a file system that all of them share.");
    }

    /// <summary>Checks after an epoch that all processes still have the same weights, and names one that is slow.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="seconds">How long each process has computed in it, by rank.</param>
    /// <exception cref="InvalidOperationException">They have not.</exception>
    public void EndEpoch(int epoch, double[] seconds)
    {
        if (!AreSame(epoch))
            throw new InvalidOperationException($"After epoch {epoch} the processes have different weights: their machines compute differently. Use machines with the same processor, or {nameof(WorkSplit)}.{nameof(WorkSplit.Networks)}.");
        int slowest = Array.IndexOf(seconds, seconds.Max());
        double others = (seconds.Sum() - seconds[slowest]) / (seconds.Length - 1);
        if (seconds[slowest] > SlowFactor * others && seconds[slowest] - others > SlowSeconds)
            plan.Report?.Invoke(string.Create(CultureInfo.InvariantCulture, $"Epoch {epoch}: the others waited for {_workers.NameOf(slowest)}, which computed for {seconds[slowest]:F1} s; they needed {others:F1} s."));
    }

    private bool AreSame(int epochs)
    {
        Span<ulong> own = [(ulong)epochs, XxHash64.HashToUInt64(MemoryMarshal.AsBytes(network.CopyParameters().AsSpan()))];
        ulong[] all = new ulong[own.Length * _workers.Count];
        _workers.ExchangeSmall(MemoryMarshal.AsBytes(own), MemoryMarshal.AsBytes(all.AsSpan()));
        return all.Where((_, i) => i % 2 == 0).Distinct().Count() == 1 && all.Where((_, i) => i % 2 == 1).Distinct().Count() == 1;
    }
}
