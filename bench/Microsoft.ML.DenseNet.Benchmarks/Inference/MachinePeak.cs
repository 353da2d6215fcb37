using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.DenseNet.Benchmarks;

/// <summary>Measures a core's peak: fused multiply-adds on registers only, enough at once to hide their latency.</summary>
internal static class MachinePeak
{
    private const int Chains = 12;

    /// <summary>GFLOP/s of one core.</summary>
    public static double Measure()
    {
        const int Iterations = 200_000;
        double best = 0;
        for (int repeat = 0; repeat < 50; repeat++)
        {
            long start = Stopwatch.GetTimestamp();
            int lanes = Vector512.IsHardwareAccelerated ? Loop<SimdVector512>(Iterations)
                : Vector256.IsHardwareAccelerated ? Loop<SimdVector256>(Iterations)
                : Loop<SimdVector128>(Iterations);
            best = Math.Max(best, 2.0 * Chains * lanes * Iterations / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9);
        }

        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int Loop<TVector>(int iterations)
        where TVector : struct, ISimdVector<TVector>
    {
        var x = TVector.Create(0.5f);
        TVector a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (int n = 0; n < iterations; n++)
        {
            a = TVector.MultiplyAdd(x, x, a);
            b = TVector.MultiplyAdd(x, x, b);
            c = TVector.MultiplyAdd(x, x, c);
            d = TVector.MultiplyAdd(x, x, d);
            e = TVector.MultiplyAdd(x, x, e);
            f = TVector.MultiplyAdd(x, x, f);
            g = TVector.MultiplyAdd(x, x, g);
            h = TVector.MultiplyAdd(x, x, h);
            i = TVector.MultiplyAdd(x, x, i);
            j = TVector.MultiplyAdd(x, x, j);
            k = TVector.MultiplyAdd(x, x, k);
            l = TVector.MultiplyAdd(x, x, l);
        }

        // The sums are used, or the loop would be optimized away.
        float sum = (((a + b) + (c + d)) + ((e + f) + (g + h)) + ((i + j) + (k + l))).First;
        return float.IsNaN(sum) ? 0 : TVector.Count;
    }
}
