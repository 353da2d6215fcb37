using System.Numerics.Tensors;

namespace Microsoft.ML.DenseNet;

/// <summary>Adds up the values of processes in the order of their ranks.</summary>
internal static class RankSum
{
    /// <summary>Returns the values of a process.</summary>
    /// <param name="rank">Its rank.</param>
    public delegate ReadOnlySpan<float> Values(int rank);

    /// <summary>Adds up.</summary>
    /// <param name="sum">Receives the sum.</param>
    /// <param name="values">The values of each process; not those of <paramref name="sum"/> itself.</param>
    /// <param name="factors">A factor on each process's values; a process with factor 0 has none.</param>
    public static void Of(Span<float> sum, Values values, ReadOnlySpan<float> factors)
    {
        sum.Clear();
        for (int rank = 0; rank < factors.Length; rank++)
        {
            if (factors[rank] != 0)
                TensorPrimitives.MultiplyAdd(values(rank), factors[rank], sum, sum);
        }
    }
}
