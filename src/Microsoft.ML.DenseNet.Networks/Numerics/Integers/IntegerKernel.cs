using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>The inner loop of a product of quantized rows and 8-bit weights: a few rows times a few vectors of output units, all sums in registers.</summary>
/// <remarks>A panel holds the weights of two vectors of units, or of one at the end. The sums are exact, so their order does not matter.</remarks>
internal static class IntegerKernel
{
    /// <summary>The maximum number of rows in a tile. With two vectors of sums each, as many as the 16 registers of older x86 hold.</summary>
    public const int MaximumRows = 6;

    /// <summary>The number of panels that <see cref="RunRow"/> computes: one row needs that many sums at once to hide the latency of an addition.</summary>
    public const int PanelsOfRow = 4;

    /// <summary>How many of the remaining rows go into the next tile.</summary>
    public static int NextRows(int rowsLeft) => rowsLeft switch
    {
        >= MaximumRows => MaximumRows,
        >= 3 => 3,
        _ => rowsLeft,
    };

    /// <summary>Computes one panel for a few rows.</summary>
    /// <param name="rows">1, 2, 3 or <see cref="MaximumRows"/>.</param>
    /// <param name="vectors">Vectors of output units: 1 or 2.</param>
    /// <param name="arguments">The rows and the panel.</param>
    public static void Run<TInteger>(int rows, int vectors, in IntegerTileArguments arguments)
        where TInteger : struct, IIntegerVector<TInteger>
    {
        if (vectors == 2)
            Run<TInteger, IConstant.Two>(rows, in arguments);
        else
            Run<TInteger, IConstant.One>(rows, in arguments);
    }

    /// <summary>Computes <see cref="PanelsOfRow"/> panels of two vectors each for one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunRow<TInteger>(in IntegerTileArguments arguments)
        where TInteger : struct, IIntegerVector<TInteger>
    {
        nuint lanes = (nuint)TInteger.Count;
        ref int x = ref Unsafe.AsRef(in arguments.Inputs);
        ref int w0 = ref Unsafe.AsRef(in arguments.Weights);
        ref int w1 = ref Unsafe.Add(ref w0, arguments.PanelStride);
        ref int w2 = ref Unsafe.Add(ref w1, arguments.PanelStride);
        ref int w3 = ref Unsafe.Add(ref w2, arguments.PanelStride);
        TInteger s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
        if (TInteger.InputOffset != 0)
        {
            ref int starts = ref Unsafe.AsRef(in arguments.Starts);
            s00 = TInteger.Load(in starts, 0);
            s01 = TInteger.Load(in starts, lanes);
            s10 = TInteger.Load(in starts, 2 * lanes);
            s11 = TInteger.Load(in starts, 3 * lanes);
            s20 = TInteger.Load(in starts, 4 * lanes);
            s21 = TInteger.Load(in starts, 5 * lanes);
            s30 = TInteger.Load(in starts, 6 * lanes);
            s31 = TInteger.Load(in starts, 7 * lanes);
        }

        nuint end = arguments.Words * 2 * lanes;
        for (nuint k = 0; k < end; k += 2 * lanes)
        {
            var word = TInteger.Create(x);
            x = ref Unsafe.Add(ref x, 1);
            s00 = TInteger.AddProducts(s00, word, TInteger.Load(in w0, k));
            s01 = TInteger.AddProducts(s01, word, TInteger.Load(in w0, k + lanes));
            s10 = TInteger.AddProducts(s10, word, TInteger.Load(in w1, k));
            s11 = TInteger.AddProducts(s11, word, TInteger.Load(in w1, k + lanes));
            s20 = TInteger.AddProducts(s20, word, TInteger.Load(in w2, k));
            s21 = TInteger.AddProducts(s21, word, TInteger.Load(in w2, k + lanes));
            s30 = TInteger.AddProducts(s30, word, TInteger.Load(in w3, k));
            s31 = TInteger.AddProducts(s31, word, TInteger.Load(in w3, k + lanes));
        }

        ref float y = ref arguments.Output;
        s00.StoreAsFloat(ref y, 0);
        s01.StoreAsFloat(ref y, lanes);
        s10.StoreAsFloat(ref y, 2 * lanes);
        s11.StoreAsFloat(ref y, 3 * lanes);
        s20.StoreAsFloat(ref y, 4 * lanes);
        s21.StoreAsFloat(ref y, 5 * lanes);
        s30.StoreAsFloat(ref y, 6 * lanes);
        s31.StoreAsFloat(ref y, 7 * lanes);
    }

    private static void Run<TInteger, TVectors>(int rows, in IntegerTileArguments arguments)
        where TInteger : struct, IIntegerVector<TInteger>
        where TVectors : struct, IConstant
    {
        switch (rows)
        {
            case 1:
                Run<TInteger, IConstant.One, TVectors>(in arguments);
                break;
            case 2:
                Run<TInteger, IConstant.Two, TVectors>(in arguments);
                break;
            case 3:
                Run<TInteger, IConstant.Three, TVectors>(in arguments);
                break;
            default:
                Run<TInteger, IConstant.Six, TVectors>(in arguments);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TInteger, TRows, TVectors>(in IntegerTileArguments arguments)
        where TInteger : struct, IIntegerVector<TInteger>
        where TRows : struct, IConstant
        where TVectors : struct, IConstant
    {
        nuint lanes = (nuint)TInteger.Count;
        nuint inputStride = arguments.InputStride;
        nuint outputStride = arguments.OutputStride;
        ref int weights = ref Unsafe.AsRef(in arguments.Weights);

        ref int x0 = ref Unsafe.AsRef(in arguments.Inputs);
        ref int x1 = ref Unsafe.Add(ref x0, TRows.Value > 1 ? inputStride : 0);
        ref int x2 = ref Unsafe.Add(ref x1, TRows.Value > 2 ? inputStride : 0);
        ref int x3 = ref Unsafe.Add(ref x2, TRows.Value > 3 ? inputStride : 0);
        ref int x4 = ref Unsafe.Add(ref x3, TRows.Value > 4 ? inputStride : 0);
        ref int x5 = ref Unsafe.Add(ref x4, TRows.Value > 5 ? inputStride : 0);

        ref float y0 = ref arguments.Output;
        ref float y1 = ref Unsafe.Add(ref y0, TRows.Value > 1 ? outputStride : 0);
        ref float y2 = ref Unsafe.Add(ref y1, TRows.Value > 2 ? outputStride : 0);
        ref float y3 = ref Unsafe.Add(ref y2, TRows.Value > 3 ? outputStride : 0);
        ref float y4 = ref Unsafe.Add(ref y3, TRows.Value > 4 ? outputStride : 0);
        ref float y5 = ref Unsafe.Add(ref y4, TRows.Value > 5 ? outputStride : 0);

        TInteger start0 = default, start1 = default;
        if (TInteger.InputOffset != 0)
        {
            start0 = TInteger.Load(in arguments.Starts, 0);
            if (TVectors.Value > 1) start1 = TInteger.Load(in arguments.Starts, lanes);
        }

        TInteger s00 = start0, s10 = start0, s20 = start0, s30 = start0, s40 = start0, s50 = start0;
        TInteger s01 = start1, s11 = start1, s21 = start1, s31 = start1, s41 = start1, s51 = start1;

        for (nuint k = 0; k < arguments.Words; k++)
        {
            var w0 = TInteger.Load(in weights, 0);
            var w1 = TVectors.Value > 1 ? TInteger.Load(in weights, lanes) : default;
            weights = ref Unsafe.Add(ref weights, (nuint)TVectors.Value * lanes);

            var v0 = TInteger.Create(Unsafe.Add(ref x0, k));
            s00 = TInteger.AddProducts(s00, v0, w0);
            if (TVectors.Value > 1) s01 = TInteger.AddProducts(s01, v0, w1);

            if (TRows.Value > 1)
            {
                var v1 = TInteger.Create(Unsafe.Add(ref x1, k));
                s10 = TInteger.AddProducts(s10, v1, w0);
                if (TVectors.Value > 1) s11 = TInteger.AddProducts(s11, v1, w1);
            }

            if (TRows.Value > 2)
            {
                var v2 = TInteger.Create(Unsafe.Add(ref x2, k));
                s20 = TInteger.AddProducts(s20, v2, w0);
                if (TVectors.Value > 1) s21 = TInteger.AddProducts(s21, v2, w1);
            }

            if (TRows.Value > 3)
            {
                var v3 = TInteger.Create(Unsafe.Add(ref x3, k));
                s30 = TInteger.AddProducts(s30, v3, w0);
                if (TVectors.Value > 1) s31 = TInteger.AddProducts(s31, v3, w1);
            }

            if (TRows.Value > 4)
            {
                var v4 = TInteger.Create(Unsafe.Add(ref x4, k));
                s40 = TInteger.AddProducts(s40, v4, w0);
                if (TVectors.Value > 1) s41 = TInteger.AddProducts(s41, v4, w1);
            }

            if (TRows.Value > 5)
            {
                var v5 = TInteger.Create(Unsafe.Add(ref x5, k));
                s50 = TInteger.AddProducts(s50, v5, w0);
                if (TVectors.Value > 1) s51 = TInteger.AddProducts(s51, v5, w1);
            }
        }

        s00.StoreAsFloat(ref y0, 0);
        if (TVectors.Value > 1) s01.StoreAsFloat(ref y0, lanes);

        if (TRows.Value > 1)
        {
            s10.StoreAsFloat(ref y1, 0);
            if (TVectors.Value > 1) s11.StoreAsFloat(ref y1, lanes);
        }

        if (TRows.Value > 2)
        {
            s20.StoreAsFloat(ref y2, 0);
            if (TVectors.Value > 1) s21.StoreAsFloat(ref y2, lanes);
        }

        if (TRows.Value > 3)
        {
            s30.StoreAsFloat(ref y3, 0);
            if (TVectors.Value > 1) s31.StoreAsFloat(ref y3, lanes);
        }

        if (TRows.Value > 4)
        {
            s40.StoreAsFloat(ref y4, 0);
            if (TVectors.Value > 1) s41.StoreAsFloat(ref y4, lanes);
        }

        if (TRows.Value > 5)
        {
            s50.StoreAsFloat(ref y5, 0);
            if (TVectors.Value > 1) s51.StoreAsFloat(ref y5, lanes);
        }
    }
}
