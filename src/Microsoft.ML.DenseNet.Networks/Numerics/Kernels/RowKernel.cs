using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// One row times panels of weights, skipping its zeros. A single row is computed as fast as its weights come from the cache, and
/// after a ReLU about half of them meet a 0.
/// </summary>
/// <remarks>
/// The bits match those of <see cref="TileKernel"/>: its sums take the same products in the same order, and a product with 0 changes
/// none of them, as long as the weights are finite. (It can turn −0 into +0, but so does the bias at the end unless it is −0.)
/// </remarks>
internal static class RowKernel
{
    /// <summary>For each subset of four lanes, given by the bits of its index: the lanes in it, ascending, followed by anything.</summary>
    private static ReadOnlySpan<int> LanesOfSet =>
    [
        0, 0, 0, 0,
        0, 0, 0, 0,
        1, 0, 0, 0,
        0, 1, 0, 0,
        2, 0, 0, 0,
        0, 2, 0, 0,
        1, 2, 0, 0,
        0, 1, 2, 0,
        3, 0, 0, 0,
        0, 3, 0, 0,
        1, 3, 0, 0,
        0, 1, 3, 0,
        2, 3, 0, 0,
        0, 2, 3, 0,
        1, 2, 3, 0,
        0, 1, 2, 3,
    ];

    /// <summary>Writes the places of the values that are not 0, including NaN; returns their number.</summary>
    /// <param name="row">The row.</param>
    /// <param name="count">Its width.</param>
    /// <param name="places">Space for <paramref name="count"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int FindNonZeros(ref readonly float row, int count, ref int places)
    {
        // No branch on the values, because which of them are 0 is practically random.
        ref int lanes = ref MemoryMarshal.GetReference(LanesOfSet);
        int found = 0, i = 0;
        for (; i <= count - Vector128<float>.Count; i += Vector128<float>.Count)
        {
            uint set = (~Vector128.Equals(Vector128.LoadUnsafe(in row, (nuint)i), Vector128<float>.Zero)).ExtractMostSignificantBits();
            var next = Vector128.LoadUnsafe(in lanes, set * (uint)Vector128<int>.Count) + Vector128.Create(i);
            next.StoreUnsafe(ref places, (nuint)found); // all four fit, because no more were found than read
            found += BitOperations.PopCount(set);
        }

        for (; i < count; i++)
        {
            Unsafe.Add(ref places, found) = i;
            found += Unsafe.Add(ref Unsafe.AsRef(in row), i) != 0 ? 1 : 0;
        }

        return found;
    }

    /// <summary>Computes the first row of <paramref name="arguments"/>, for the inputs at given places.</summary>
    /// <param name="vectors">Vectors of output units, from 1 to <see cref="TileKernel.MaximumVectors"/>.</param>
    /// <param name="arguments">The row; <see cref="TileArguments.Inputs"/> is not read.</param>
    /// <param name="places">The inputs' places, ascending.</param>
    /// <param name="count">The number of places.</param>
    public static void Run<TVector>(int vectors, in TileArguments arguments, ref int places, int count)
        where TVector : struct, ISimdVector<TVector>
    {
        switch (vectors)
        {
            case 1:
                Run<TVector, IConstant.One>(in arguments, ref places, count, 0);
                break;
            case 2:
                Run<TVector, IConstant.Two>(in arguments, ref places, count, 0);
                break;
            case 3:
                Run<TVector, IConstant.Three>(in arguments, ref places, count, 0);
                break;
            default:
                Run<TVector, IConstant.Four>(in arguments, ref places, count, 0);
                break;
        }
    }

    /// <summary>
    /// The same for two panels of <see cref="TileKernel.MaximumVectors"/> vectors each, their outputs side by side. One row needs that many
    /// sums at once to hide the latency of an addition.
    /// </summary>
    /// <param name="arguments">The row and the first panel.</param>
    /// <param name="places">The inputs' places, ascending.</param>
    /// <param name="count">The number of places.</param>
    /// <param name="nextPanel">The distance from the first panel's weights to those of the second.</param>
    public static void RunPair<TVector>(in TileArguments arguments, ref int places, int count, nint nextPanel)
        where TVector : struct, ISimdVector<TVector> => Run<TVector, IConstant.Eight>(in arguments, ref places, count, nextPanel);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TVector, TVectors>(in TileArguments arguments, ref int places, int count, nint nextPanel)
        where TVector : struct, ISimdVector<TVector>
        where TVectors : struct, IConstant
    {
        nuint lanes = (nuint)TVector.Count;
        nint weightStride = (nint)arguments.WeightStride;
        ref float x = ref Unsafe.AsRef(in arguments.Input);
        ref float y = ref arguments.Output;
        ref float weights = ref Unsafe.AsRef(in arguments.Weights);
        ref float bias = ref Unsafe.AsRef(in arguments.Bias);

        TVector s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        if (arguments.IsContinued)
        {
            s0 = TVector.Load(in y, 0);
            if (TVectors.Value > 1) s1 = TVector.Load(in y, lanes);
            if (TVectors.Value > 2) s2 = TVector.Load(in y, 2 * lanes);
            if (TVectors.Value > 3) s3 = TVector.Load(in y, 3 * lanes);
            if (TVectors.Value > 4) s4 = TVector.Load(in y, 4 * lanes);
            if (TVectors.Value > 4) s5 = TVector.Load(in y, 5 * lanes);
            if (TVectors.Value > 4) s6 = TVector.Load(in y, 6 * lanes);
            if (TVectors.Value > 4) s7 = TVector.Load(in y, 7 * lanes);
        }

        for (int i = 0; i < count; i++)
        {
            nint place = Unsafe.Add(ref places, i);
            var value = TVector.Create(Unsafe.Add(ref x, place));
            ref float w = ref Unsafe.Add(ref weights, place * weightStride);
            s0 = TVector.MultiplyAdd(value, TVector.Load(in w, 0), s0);
            if (TVectors.Value > 1) s1 = TVector.MultiplyAdd(value, TVector.Load(in w, lanes), s1);
            if (TVectors.Value > 2) s2 = TVector.MultiplyAdd(value, TVector.Load(in w, 2 * lanes), s2);
            if (TVectors.Value > 3) s3 = TVector.MultiplyAdd(value, TVector.Load(in w, 3 * lanes), s3);
            if (TVectors.Value > 4)
            {
                w = ref Unsafe.Add(ref w, nextPanel);
                s4 = TVector.MultiplyAdd(value, TVector.Load(in w, 0), s4);
                s5 = TVector.MultiplyAdd(value, TVector.Load(in w, lanes), s5);
                s6 = TVector.MultiplyAdd(value, TVector.Load(in w, 2 * lanes), s6);
                s7 = TVector.MultiplyAdd(value, TVector.Load(in w, 3 * lanes), s7);
            }
        }

        (s0 + TVector.Load(in bias, 0)).Store(ref y, 0);
        if (TVectors.Value > 1) (s1 + TVector.Load(in bias, lanes)).Store(ref y, lanes);
        if (TVectors.Value > 2) (s2 + TVector.Load(in bias, 2 * lanes)).Store(ref y, 2 * lanes);
        if (TVectors.Value > 3) (s3 + TVector.Load(in bias, 3 * lanes)).Store(ref y, 3 * lanes);
        if (TVectors.Value > 4) (s4 + TVector.Load(in bias, 4 * lanes)).Store(ref y, 4 * lanes);
        if (TVectors.Value > 4) (s5 + TVector.Load(in bias, 5 * lanes)).Store(ref y, 5 * lanes);
        if (TVectors.Value > 4) (s6 + TVector.Load(in bias, 6 * lanes)).Store(ref y, 6 * lanes);
        if (TVectors.Value > 4) (s7 + TVector.Load(in bias, 7 * lanes)).Store(ref y, 7 * lanes);
    }
}
