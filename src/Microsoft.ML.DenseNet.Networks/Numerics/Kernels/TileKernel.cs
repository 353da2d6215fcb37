using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// The inner loop of a matrix product: a few rows times a few vectors of output units, all sums in registers.
/// </summary>
/// <remarks>
/// A lane is an output unit. Each sum starts at 0, takes its products by fused multiply-add in ascending order of the input, and
/// then the bias; between blocks of inputs, the output holds the sums. That order is the same for any number of rows, vectors,
/// lanes and blocks, and so are the bits of the result.
/// </remarks>
internal static class TileKernel
{
    /// <summary>The maximum number of rows in a tile.</summary>
    public const int MaximumRows = 6;

    /// <summary>The maximum number of vectors in a tile.</summary>
    public const int MaximumVectors = 4;

    /// <summary>How many of the remaining rows go into the next tile; never leaves a single row over.</summary>
    public static int NextRows(int rowsLeft) => rowsLeft switch
    {
        7 => 4,
        5 => 3,
        _ => Math.Min(rowsLeft, MaximumRows),
    };

    /// <summary>
    /// How many vectors wide a tile may be: 6 × 4 sums with their operands fit into the 32 registers of ARM and AVX-512, 6 × 2 and
    /// 2 × 4 into the 16 of older x86. Few rows need the width, to have enough sums to hide the latency of an addition.
    /// </summary>
    public static int VectorsFor(int rows) => Avx512F.VL.IsSupported || AdvSimd.IsSupported || rows <= 2 ? MaximumVectors : MaximumVectors / 2;

    /// <summary>Computes a tile.</summary>
    public static void Run<TVector>(int rows, int vectors, in TileArguments arguments)
        where TVector : struct, ISimdVector<TVector>
    {
        switch (vectors)
        {
            case 1:
                Run<TVector, IConstant.One>(rows, in arguments);
                break;
            case 2:
                Run<TVector, IConstant.Two>(rows, in arguments);
                break;
            case 3:
                Run<TVector, IConstant.Three>(rows, in arguments);
                break;
            default:
                Run<TVector, IConstant.Four>(rows, in arguments);
                break;
        }
    }

    private static void Run<TVector, TVectors>(int rows, in TileArguments arguments)
        where TVector : struct, ISimdVector<TVector>
        where TVectors : struct, IConstant
    {
        switch (rows)
        {
            case 1:
                Run<TVector, IConstant.One, TVectors>(in arguments);
                break;
            case 2:
                Run<TVector, IConstant.Two, TVectors>(in arguments);
                break;
            case 3:
                Run<TVector, IConstant.Three, TVectors>(in arguments);
                break;
            case 4:
                Run<TVector, IConstant.Four, TVectors>(in arguments);
                break;
            default:
                Run<TVector, IConstant.Six, TVectors>(in arguments);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TVector, TRows, TVectors>(in TileArguments arguments)
        where TVector : struct, ISimdVector<TVector>
        where TRows : struct, IConstant
        where TVectors : struct, IConstant
    {
        nuint lanes = (nuint)TVector.Count;
        nuint inputStride = arguments.InputStride;
        nuint inputStep = arguments.InputStep;
        nuint weightStride = arguments.WeightStride;
        nuint outputStride = arguments.OutputStride;

        ref float x0 = ref Unsafe.AsRef(in arguments.Input);
        ref float x1 = ref Unsafe.Add(ref x0, TRows.Value > 1 ? inputStride : 0);
        ref float x2 = ref Unsafe.Add(ref x1, TRows.Value > 2 ? inputStride : 0);
        ref float x3 = ref Unsafe.Add(ref x2, TRows.Value > 3 ? inputStride : 0);
        ref float x4 = ref Unsafe.Add(ref x3, TRows.Value > 4 ? inputStride : 0);
        ref float x5 = ref Unsafe.Add(ref x4, TRows.Value > 5 ? inputStride : 0);

        ref float y0 = ref arguments.Output;
        ref float y1 = ref Unsafe.Add(ref y0, TRows.Value > 1 ? outputStride : 0);
        ref float y2 = ref Unsafe.Add(ref y1, TRows.Value > 2 ? outputStride : 0);
        ref float y3 = ref Unsafe.Add(ref y2, TRows.Value > 3 ? outputStride : 0);
        ref float y4 = ref Unsafe.Add(ref y3, TRows.Value > 4 ? outputStride : 0);
        ref float y5 = ref Unsafe.Add(ref y4, TRows.Value > 5 ? outputStride : 0);

        TVector s00 = default, s01 = default, s02 = default, s03 = default;
        TVector s10 = default, s11 = default, s12 = default, s13 = default;
        TVector s20 = default, s21 = default, s22 = default, s23 = default;
        TVector s30 = default, s31 = default, s32 = default, s33 = default;
        TVector s40 = default, s41 = default, s42 = default, s43 = default;
        TVector s50 = default, s51 = default, s52 = default, s53 = default;

        if (arguments.IsContinued)
        {
            s00 = TVector.Load(in y0, 0);
            if (TVectors.Value > 1) s01 = TVector.Load(in y0, lanes);
            if (TVectors.Value > 2) s02 = TVector.Load(in y0, 2 * lanes);
            if (TVectors.Value > 3) s03 = TVector.Load(in y0, 3 * lanes);
            if (TRows.Value > 1) s10 = TVector.Load(in y1, 0);
            if (TRows.Value > 1 && TVectors.Value > 1) s11 = TVector.Load(in y1, lanes);
            if (TRows.Value > 1 && TVectors.Value > 2) s12 = TVector.Load(in y1, 2 * lanes);
            if (TRows.Value > 1 && TVectors.Value > 3) s13 = TVector.Load(in y1, 3 * lanes);
            if (TRows.Value > 2) s20 = TVector.Load(in y2, 0);
            if (TRows.Value > 2 && TVectors.Value > 1) s21 = TVector.Load(in y2, lanes);
            if (TRows.Value > 2 && TVectors.Value > 2) s22 = TVector.Load(in y2, 2 * lanes);
            if (TRows.Value > 2 && TVectors.Value > 3) s23 = TVector.Load(in y2, 3 * lanes);
            if (TRows.Value > 3) s30 = TVector.Load(in y3, 0);
            if (TRows.Value > 3 && TVectors.Value > 1) s31 = TVector.Load(in y3, lanes);
            if (TRows.Value > 3 && TVectors.Value > 2) s32 = TVector.Load(in y3, 2 * lanes);
            if (TRows.Value > 3 && TVectors.Value > 3) s33 = TVector.Load(in y3, 3 * lanes);
            if (TRows.Value > 4) s40 = TVector.Load(in y4, 0);
            if (TRows.Value > 4 && TVectors.Value > 1) s41 = TVector.Load(in y4, lanes);
            if (TRows.Value > 4 && TVectors.Value > 2) s42 = TVector.Load(in y4, 2 * lanes);
            if (TRows.Value > 4 && TVectors.Value > 3) s43 = TVector.Load(in y4, 3 * lanes);
            if (TRows.Value > 5) s50 = TVector.Load(in y5, 0);
            if (TRows.Value > 5 && TVectors.Value > 1) s51 = TVector.Load(in y5, lanes);
            if (TRows.Value > 5 && TVectors.Value > 2) s52 = TVector.Load(in y5, 2 * lanes);
            if (TRows.Value > 5 && TVectors.Value > 3) s53 = TVector.Load(in y5, 3 * lanes);
        }

        ref float weights = ref Unsafe.AsRef(in arguments.Weights);
        nuint end = arguments.Inputs * inputStep;
        for (nuint k = 0; k != end; k += inputStep)
        {
            var w0 = TVector.Load(in weights, 0);
            var w1 = TVectors.Value > 1 ? TVector.Load(in weights, lanes) : default;
            var w2 = TVectors.Value > 2 ? TVector.Load(in weights, 2 * lanes) : default;
            var w3 = TVectors.Value > 3 ? TVector.Load(in weights, 3 * lanes) : default;

            var v0 = TVector.Create(Unsafe.Add(ref x0, k));
            s00 = TVector.MultiplyAdd(v0, w0, s00);
            if (TVectors.Value > 1) s01 = TVector.MultiplyAdd(v0, w1, s01);
            if (TVectors.Value > 2) s02 = TVector.MultiplyAdd(v0, w2, s02);
            if (TVectors.Value > 3) s03 = TVector.MultiplyAdd(v0, w3, s03);

            if (TRows.Value > 1)
            {
                var v1 = TVector.Create(Unsafe.Add(ref x1, k));
                s10 = TVector.MultiplyAdd(v1, w0, s10);
                if (TVectors.Value > 1) s11 = TVector.MultiplyAdd(v1, w1, s11);
                if (TVectors.Value > 2) s12 = TVector.MultiplyAdd(v1, w2, s12);
                if (TVectors.Value > 3) s13 = TVector.MultiplyAdd(v1, w3, s13);
            }

            if (TRows.Value > 2)
            {
                var v2 = TVector.Create(Unsafe.Add(ref x2, k));
                s20 = TVector.MultiplyAdd(v2, w0, s20);
                if (TVectors.Value > 1) s21 = TVector.MultiplyAdd(v2, w1, s21);
                if (TVectors.Value > 2) s22 = TVector.MultiplyAdd(v2, w2, s22);
                if (TVectors.Value > 3) s23 = TVector.MultiplyAdd(v2, w3, s23);
            }

            if (TRows.Value > 3)
            {
                var v3 = TVector.Create(Unsafe.Add(ref x3, k));
                s30 = TVector.MultiplyAdd(v3, w0, s30);
                if (TVectors.Value > 1) s31 = TVector.MultiplyAdd(v3, w1, s31);
                if (TVectors.Value > 2) s32 = TVector.MultiplyAdd(v3, w2, s32);
                if (TVectors.Value > 3) s33 = TVector.MultiplyAdd(v3, w3, s33);
            }

            if (TRows.Value > 4)
            {
                var v4 = TVector.Create(Unsafe.Add(ref x4, k));
                s40 = TVector.MultiplyAdd(v4, w0, s40);
                if (TVectors.Value > 1) s41 = TVector.MultiplyAdd(v4, w1, s41);
                if (TVectors.Value > 2) s42 = TVector.MultiplyAdd(v4, w2, s42);
                if (TVectors.Value > 3) s43 = TVector.MultiplyAdd(v4, w3, s43);
            }

            if (TRows.Value > 5)
            {
                var v5 = TVector.Create(Unsafe.Add(ref x5, k));
                s50 = TVector.MultiplyAdd(v5, w0, s50);
                if (TVectors.Value > 1) s51 = TVector.MultiplyAdd(v5, w1, s51);
                if (TVectors.Value > 2) s52 = TVector.MultiplyAdd(v5, w2, s52);
                if (TVectors.Value > 3) s53 = TVector.MultiplyAdd(v5, w3, s53);
            }

            weights = ref Unsafe.Add(ref weights, weightStride);
        }

        var b0 = TVector.Load(in arguments.Bias, 0);
        var b1 = TVectors.Value > 1 ? TVector.Load(in arguments.Bias, lanes) : default;
        var b2 = TVectors.Value > 2 ? TVector.Load(in arguments.Bias, 2 * lanes) : default;
        var b3 = TVectors.Value > 3 ? TVector.Load(in arguments.Bias, 3 * lanes) : default;

        (s00 + b0).Store(ref y0, 0);
        if (TVectors.Value > 1) (s01 + b1).Store(ref y0, lanes);
        if (TVectors.Value > 2) (s02 + b2).Store(ref y0, 2 * lanes);
        if (TVectors.Value > 3) (s03 + b3).Store(ref y0, 3 * lanes);

        if (TRows.Value > 1)
        {
            (s10 + b0).Store(ref y1, 0);
            if (TVectors.Value > 1) (s11 + b1).Store(ref y1, lanes);
            if (TVectors.Value > 2) (s12 + b2).Store(ref y1, 2 * lanes);
            if (TVectors.Value > 3) (s13 + b3).Store(ref y1, 3 * lanes);
        }

        if (TRows.Value > 2)
        {
            (s20 + b0).Store(ref y2, 0);
            if (TVectors.Value > 1) (s21 + b1).Store(ref y2, lanes);
            if (TVectors.Value > 2) (s22 + b2).Store(ref y2, 2 * lanes);
            if (TVectors.Value > 3) (s23 + b3).Store(ref y2, 3 * lanes);
        }

        if (TRows.Value > 3)
        {
            (s30 + b0).Store(ref y3, 0);
            if (TVectors.Value > 1) (s31 + b1).Store(ref y3, lanes);
            if (TVectors.Value > 2) (s32 + b2).Store(ref y3, 2 * lanes);
            if (TVectors.Value > 3) (s33 + b3).Store(ref y3, 3 * lanes);
        }

        if (TRows.Value > 4)
        {
            (s40 + b0).Store(ref y4, 0);
            if (TVectors.Value > 1) (s41 + b1).Store(ref y4, lanes);
            if (TVectors.Value > 2) (s42 + b2).Store(ref y4, 2 * lanes);
            if (TVectors.Value > 3) (s43 + b3).Store(ref y4, 3 * lanes);
        }

        if (TRows.Value > 5)
        {
            (s50 + b0).Store(ref y5, 0);
            if (TVectors.Value > 1) (s51 + b1).Store(ref y5, lanes);
            if (TVectors.Value > 2) (s52 + b2).Store(ref y5, 2 * lanes);
            if (TVectors.Value > 3) (s53 + b3).Store(ref y5, 3 * lanes);
        }
    }
}
