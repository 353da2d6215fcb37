using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.DenseNet;

/// <summary>Rows as integers from 0 to 255: <c>x ≈ minimum + scale · q</c>, with the minimum and the scale of the row.</summary>
/// <remarks>All arithmetic is the same at every vector width, and so are the bits of the result.</remarks>
internal static class RowQuantizer
{
    /// <summary>The largest quantized value.</summary>
    public const int Largest = 255;

    /// <summary>A row whose values differ by less counts as constant; the reciprocal of the difference would overflow.</summary>
    private const float SmallestRange = 1e-30f;

    /// <summary>Quantizes a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="count">Its width, at least 1.</param>
    /// <param name="words">Where the words go, with room for a vector of bytes or shorts beyond the last one.</param>
    /// <param name="scale">Receives the scale; NaN for a row with a value that is not finite, or with a range that is not.</param>
    /// <param name="minimum">Receives the smallest value.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Quantize<TVector, TInteger>(ref readonly float row, int count, ref int words, out float scale, out float minimum)
        where TVector : struct, ISimdVector<TVector>
        where TInteger : struct, IIntegerVector<TInteger>
    {
        ref float x = ref Unsafe.AsRef(in row);
        int whole = count / TVector.Count * TVector.Count;
        TVector last = default;
        if (whole < count)
        {
            // A vector of the values left over, which repeats the first of them.
            last = TVector.Create(Unsafe.Add(ref x, whole));
            MemoryMarshal.CreateReadOnlySpan(in Unsafe.Add(ref x, whole), count - whole).CopyTo(MemoryMarshal.Cast<TVector, float>(new Span<TVector>(ref last)));
        }

        float range = Range(in row, whole, last, whole < count, out minimum);
        scale = range * (1f / Largest);
        float inverse = range < SmallestRange ? 0f : Largest / range;
        Write<TVector, TInteger>(in row, whole, last, whole < count, minimum, inverse, ref words);
    }

    /// <summary>Returns the difference between the largest and the smallest value; not finite if a value is not, or the difference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Range<TVector>(ref readonly float row, int whole, TVector last, bool hasLast, out float minimum)
        where TVector : struct, ISimdVector<TVector>
    {
        ref float x = ref Unsafe.AsRef(in row);
        var least = hasLast ? last : TVector.Load(in x, 0);
        var most = least;
        var invalid = least * default(TVector); // becomes NaN at a value that is not finite
        for (nuint i = 0; i < (nuint)whole; i += (nuint)TVector.Count)
        {
            var value = TVector.Load(in x, i);
            least = TVector.WhereLess(value, least, value, least);
            most = TVector.WhereLess(most, value, value, most);
            invalid = TVector.MultiplyAdd(value, default, invalid);
        }

        minimum = -LargestLane(-least) + 0f; // −0 becomes 0: which of the two came first depends on the vector's width
        return LargestLane(most) - minimum + SumOfLanes(invalid);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float LargestLane<TVector>(TVector value)
        where TVector : struct, ISimdVector<TVector>
    {
        ref float lanes = ref Unsafe.As<TVector, float>(ref value);
        if (TVector.Count == 1)
            return lanes;
        var four = Vector128.LoadUnsafe(ref lanes);
        for (nuint i = 4; i < (nuint)TVector.Count; i += 4)
            four = Vector128.MaxNative(four, Vector128.LoadUnsafe(ref lanes, i));
        four = Vector128.MaxNative(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MaxNative(four, Vector128.Shuffle(four, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float SumOfLanes<TVector>(TVector value)
        where TVector : struct, ISimdVector<TVector>
    {
        ref float lanes = ref Unsafe.As<TVector, float>(ref value);
        if (TVector.Count == 1)
            return lanes;
        var four = Vector128.LoadUnsafe(ref lanes);
        for (nuint i = 4; i < (nuint)TVector.Count; i += 4)
            four += Vector128.LoadUnsafe(ref lanes, i);
        return Vector128.Sum(four);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<TVector, TInteger>(ref readonly float row, int whole, TVector last, bool hasLast, float minimum, float inverse, ref int words)
        where TVector : struct, ISimdVector<TVector>
        where TInteger : struct, IIntegerVector<TInteger>
    {
        ref float x = ref Unsafe.AsRef(in row);
        var subtrahend = TVector.Create(minimum);
        var factor = TVector.Create(inverse);
        var shift = TVector.Create(VectorMath.RoundingShift - TInteger.InputOffset);
        for (nuint i = 0; i < (nuint)whole; i += (nuint)TVector.Count)
            Write<TVector, TInteger>(TVector.MultiplyAdd(TVector.Load(in x, i) - subtrahend, factor, shift), ref words, i);
        if (hasLast)
            Write<TVector, TInteger>(TVector.MultiplyAdd(last - subtrahend, factor, shift), ref words, (nuint)whole);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<TVector, TInteger>(TVector shifted, ref int words, nuint place)
        where TVector : struct, ISimdVector<TVector>
        where TInteger : struct, IIntegerVector<TInteger>
    {
        if (TInteger.InputsPerWord == 4)
            shifted.StoreLowBytes(ref Unsafe.As<int, byte>(ref words), place);
        else
            shifted.StoreLowShorts(ref Unsafe.As<int, short>(ref words), place);
    }
}
