namespace Microsoft.ML.DenseNet.Tests;

/// <summary>How many bytes some work allocates on its thread each time it is done.</summary>
internal static class Allocations
{
    private const int Repetitions = 8;

    /// <summary>The least over several repetitions: what the work itself allocates is in each, what the runtime allocates once on its behalf (a cast cache that grows, a method compiled anew) is not.</summary>
    public static long Of(Action work)
    {
        long least = long.MaxValue;
        for (int i = 0; i < Repetitions; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
