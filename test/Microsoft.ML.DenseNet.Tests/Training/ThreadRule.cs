using System.Collections.Concurrent;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>An update that changes nothing and notes the threads that it runs on.</summary>
internal struct ThreadRule : IUpdateRule
{
    public static ConcurrentDictionary<int, bool> Seen { get; } = [];

    public readonly int StateCount => 0;

    public readonly bool IsLazy => true;

    public readonly void Begin(long step, double learningRate, double weightDecay)
    {
    }

    public readonly TVector Update<TVector>(TVector value, TVector gradient, ref TVector first, ref TVector second, ref TVector third)
        where TVector : struct, ISimdVector<TVector>
    {
        Seen.TryAdd(Environment.CurrentManagedThreadId, true);
        return value;
    }
}
