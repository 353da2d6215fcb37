using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.DenseNet;

/// <summary>Inner products of two rows.</summary>
/// <remarks>
/// Whatever the vector width, the products go to <see cref="Lanes"/> sums in turn, by fused multiply-add in ascending order, and the
/// sums are added as a tree; so the bits of the result do not depend on the width.
/// </remarks>
internal static class DotKernel
{
    /// <summary>The number of partial sums.</summary>
    public const int Lanes = 32;

    /// <summary>Returns the sum of the products of <paramref name="count"/> pairs.</summary>
    [SkipLocalsInit]
    public static float Dot<TVector>(ref readonly float left, ref readonly float right, int count)
        where TVector : struct, ISimdVector<TVector>
    {
        Span<float> sums = stackalloc float[Lanes];
        int whole = count & -Lanes;
        int rest = count - whole;
        if (rest == 0)
        {
            Accumulate<TVector>(in left, in right, (nuint)whole, in left, in right, 0, ref MemoryMarshal.GetReference(sums));
        }
        else
        {
            // The last products run as a whole round too, padded with zeros.
            Span<float> tails = stackalloc float[2 * Lanes];
            tails.Clear();
            MemoryMarshal.CreateReadOnlySpan(in Unsafe.Add(ref Unsafe.AsRef(in left), whole), rest).CopyTo(tails);
            MemoryMarshal.CreateReadOnlySpan(in Unsafe.Add(ref Unsafe.AsRef(in right), whole), rest).CopyTo(tails[Lanes..]);
            Accumulate<TVector>(in left, in right, (nuint)whole, in tails[0], in tails[Lanes], Lanes, ref MemoryMarshal.GetReference(sums));
        }

        return AddUp(in MemoryMarshal.GetReference(sums));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate<TVector>(
        ref readonly float left, ref readonly float right, nuint count,
        ref readonly float leftTail, ref readonly float rightTail, nuint tailCount,
        ref float sums)
        where TVector : struct, ISimdVector<TVector>
    {
        if (TVector.Count < 4)
        {
            AccumulateOneByOne(in left, in right, count, in leftTail, in rightTail, tailCount, ref sums);
            return;
        }

        nuint lanes = (nuint)TVector.Count;
        ref float x = ref Unsafe.AsRef(in left);
        ref float y = ref Unsafe.AsRef(in right);
        TVector s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        while (true)
        {
            for (nuint k = 0; k < count; k += Lanes)
            {
                s0 = TVector.MultiplyAdd(TVector.Load(in x, k), TVector.Load(in y, k), s0);
                s1 = TVector.MultiplyAdd(TVector.Load(in x, k + lanes), TVector.Load(in y, k + lanes), s1);
                if (TVector.Count <= Lanes / 4)
                {
                    s2 = TVector.MultiplyAdd(TVector.Load(in x, k + (2 * lanes)), TVector.Load(in y, k + (2 * lanes)), s2);
                    s3 = TVector.MultiplyAdd(TVector.Load(in x, k + (3 * lanes)), TVector.Load(in y, k + (3 * lanes)), s3);
                }

                if (TVector.Count <= Lanes / 8)
                {
                    s4 = TVector.MultiplyAdd(TVector.Load(in x, k + (4 * lanes)), TVector.Load(in y, k + (4 * lanes)), s4);
                    s5 = TVector.MultiplyAdd(TVector.Load(in x, k + (5 * lanes)), TVector.Load(in y, k + (5 * lanes)), s5);
                    s6 = TVector.MultiplyAdd(TVector.Load(in x, k + (6 * lanes)), TVector.Load(in y, k + (6 * lanes)), s6);
                    s7 = TVector.MultiplyAdd(TVector.Load(in x, k + (7 * lanes)), TVector.Load(in y, k + (7 * lanes)), s7);
                }
            }

            if (tailCount == 0)
                break;
            x = ref Unsafe.AsRef(in leftTail);
            y = ref Unsafe.AsRef(in rightTail);
            count = tailCount;
            tailCount = 0;
        }

        s0.Store(ref sums, 0);
        s1.Store(ref sums, lanes);
        if (TVector.Count <= Lanes / 4)
        {
            s2.Store(ref sums, 2 * lanes);
            s3.Store(ref sums, 3 * lanes);
        }

        if (TVector.Count <= Lanes / 8)
        {
            s4.Store(ref sums, 4 * lanes);
            s5.Store(ref sums, 5 * lanes);
            s6.Store(ref sums, 6 * lanes);
            s7.Store(ref sums, 7 * lanes);
        }
    }

    private static void AccumulateOneByOne(
        ref readonly float left, ref readonly float right, nuint count,
        ref readonly float leftTail, ref readonly float rightTail, nuint tailCount,
        ref float sums)
    {
        MemoryMarshal.CreateSpan(ref sums, Lanes).Clear();
        for (nuint k = 0; k < count; k++)
            Add(in left, in right, k, ref Unsafe.Add(ref sums, k % Lanes));
        for (nuint k = 0; k < tailCount; k++)
            Add(in leftTail, in rightTail, k, ref Unsafe.Add(ref sums, k % Lanes));

        static void Add(ref readonly float left, ref readonly float right, nuint k, ref float sum) =>
            ScalarVector.MultiplyAdd(ScalarVector.Load(in left, k), ScalarVector.Load(in right, k), ScalarVector.Load(in sum, 0)).Store(ref sum, 0);
    }

    private static float AddUp(ref readonly float sums)
    {
        // Each step adds the upper half of the sums to the lower.
        var s = (Four(in sums, 0) + Four(in sums, 16)) + (Four(in sums, 8) + Four(in sums, 24));
        var t = (Four(in sums, 4) + Four(in sums, 20)) + (Four(in sums, 12) + Four(in sums, 28));
        s += t;
        return (s[0] + s[2]) + (s[1] + s[3]);

        static Vector128<float> Four(ref readonly float sums, nuint offset) => Vector128.LoadUnsafe(in sums, offset);
    }
}
