using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// The right-hand matrix of a product, [depth, columns], packed into panels a few vectors of columns wide, in the order in which
/// <see cref="TileKernel"/> reads it.
/// </summary>
internal sealed unsafe class PackedMatrix<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    /// <summary>The depth processed at a time: a panel of that many rows stays in the second-level cache while the rows of the other matrix pass.</summary>
    private const int DepthBlock = 512;

    private readonly AlignedArray _values;
    private readonly int _depth;
    private readonly int _columns;

    public PackedMatrix(int depth, int columns)
    {
        _depth = depth;
        _columns = columns;
        Panels = (columns + PanelWidth - 1) / PanelWidth;
        int lastWidth = (columns - ((Panels - 1) * PanelWidth) + TVector.Count - 1) / TVector.Count * TVector.Count;
        _values = new AlignedArray(checked(depth * (((Panels - 1) * PanelWidth) + lastWidth)));
    }

    /// <summary>The number of panels.</summary>
    public int Panels { get; }

    /// <summary>The number of columns in a panel; the last may have fewer.</summary>
    public static int PanelWidth => TileKernel.MaximumVectors * TVector.Count;

    /// <summary>Fills a panel from the matrix itself, [depth, columns].</summary>
    public void Pack(int panel, float* source)
    {
        float* packed = Panel(panel, out int first, out int width);
        int count = Math.Min(width, _columns - first);
        for (int row = 0; row < _depth; row++)
            new ReadOnlySpan<float>(source + ((long)row * _columns) + first, count).CopyTo(new Span<float>(packed + ((long)row * width), count));
    }

    /// <summary>Fills a panel from the transposed matrix, [columns, depth].</summary>
    public void PackTransposed(int panel, float* source)
    {
        float* packed = Panel(panel, out int first, out int width);
        int count = Math.Min(width, _columns - first);
        int column = 0;
        if (Sse.IsSupported)
        {
            for (; column + 4 <= count; column += 4)
                TransposeFour(source + ((long)(first + column) * _depth), packed + column, width);
        }

        for (; column < count; column++)
        {
            float* from = source + ((long)(first + column) * _depth);
            for (int row = 0; row < _depth; row++)
                packed[((long)row * width) + column] = from[row];
        }
    }

    /// <summary>output = [output +] input · matrix [+ bias].</summary>
    /// <param name="input">[rows, depth].</param>
    /// <param name="inputStride">The distance from one of its rows to the next.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="bias">One per column, padded to whole vectors; null for none.</param>
    /// <param name="output">[rows, columns]; whole vectors are written.</param>
    /// <param name="outputStride">The distance from one of its rows to the next.</param>
    /// <param name="adds">Whether the product is added to the output.</param>
    /// <param name="firstPanel">The panel with the first column to compute; output left of it stays as it is.</param>
    public void Multiply(float* input, int inputStride, int rows, AlignedArray? bias, float* output, int outputStride, bool adds, int firstPanel = 0)
    {
        for (int start = 0; start < _depth; start += DepthBlock)
        {
            int depth = Math.Min(DepthBlock, _depth - start);
            bool isLast = start + depth == _depth;
            for (int panel = firstPanel; panel < Panels; panel++)
            {
                float* packed = Panel(panel, out int first, out int width);
                packed += (long)start * width;
                ref float panelBias = ref isLast && bias is { } values ? ref Unsafe.Add(ref values.Reference, first) : ref ZeroBias;

                // A tile's width of columns at a time, over all rows: on x86 without AVX-512 that halves what is read again.
                int widest = TileKernel.VectorsFor(Math.Min(rows, TileKernel.MaximumRows)) * TVector.Count;
                for (int column = 0, units; column < width; column += units)
                {
                    units = Math.Min(widest, width - column);
                    for (int row = 0, count; row < rows; row += count)
                    {
                        count = TileKernel.NextRows(rows - row);
                        var arguments = new TileArguments(
                            in input[((long)row * inputStride) + start], (nuint)inputStride,
                            in packed[column], (nuint)width, (nuint)depth,
                            in Unsafe.Add(ref panelBias, column),
                            ref output[((long)row * outputStride) + first + column], (nuint)outputStride,
                            isContinued: adds || start > 0);
                        TileKernel.Run<TVector>(count, units / TVector.Count, in arguments);
                    }
                }
            }
        }
    }

    /// <summary>A zero bias for a panel's columns.</summary>
    public static ref float ZeroBias => ref Zeros.Values.Reference;

    private float* Panel(int panel, out int first, out int width)
    {
        first = panel * PanelWidth;
        width = Math.Min(PanelWidth, (_columns - first + TVector.Count - 1) / TVector.Count * TVector.Count);
        return (float*)Unsafe.AsPointer(ref _values.Reference) + ((long)first * _depth); // pinned
    }

    /// <summary>Packs four columns of the matrix, which are consecutive rows in the transposed source.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransposeFour(float* from, float* to, int width)
    {
        float* a = from, b = a + _depth, c = b + _depth, d = c + _depth;
        int row = 0;
        for (; row + 4 <= _depth; row += 4)
        {
            var ab = Sse.UnpackLow(Vector128.Load(a + row), Vector128.Load(b + row));
            var cd = Sse.UnpackLow(Vector128.Load(c + row), Vector128.Load(d + row));
            var abHigh = Sse.UnpackHigh(Vector128.Load(a + row), Vector128.Load(b + row));
            var cdHigh = Sse.UnpackHigh(Vector128.Load(c + row), Vector128.Load(d + row));
            Sse.MoveLowToHigh(ab, cd).Store(to);
            Sse.MoveHighToLow(cd, ab).Store(to + width);
            Sse.MoveLowToHigh(abHigh, cdHigh).Store(to + (2 * width));
            Sse.MoveHighToLow(cdHigh, abHigh).Store(to + (3 * width));
            to += 4 * width;
        }

        for (; row < _depth; row++, to += width)
        {
            to[0] = a[row];
            to[1] = b[row];
            to[2] = c[row];
            to[3] = d[row];
        }
    }

    private static class Zeros
    {
        public static readonly AlignedArray Values = new(TileKernel.MaximumVectors * 16);
    }
}
