namespace Microsoft.ML.DenseNet;

/// <summary>Sums of outer products over rows, leftᵀ · right: the gradient of a weight matrix.</summary>
/// <remarks>A sum takes the rows in their order, however the work is divided.</remarks>
internal static unsafe class OuterProduct<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    /// <summary>The rows processed at a time: a panel's rows stay in the first-level cache while the units pass.</summary>
    private const int RowBlock = 64;

    /// <summary>target = [target +] leftᵀ · right, for columns that fill whole vectors.</summary>
    /// <param name="left">[rows, units].</param>
    /// <param name="leftStride">The distance from one of its rows to the next.</param>
    /// <param name="units">The number of units.</param>
    /// <param name="right">[rows, columns].</param>
    /// <param name="rightStride">The distance from one of its rows to the next.</param>
    /// <param name="columns">The number of columns, a multiple of a vector's lanes.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="target">[units, columns].</param>
    /// <param name="targetStride">The distance from one of its rows to the next.</param>
    /// <param name="adds">Whether to add to the target.</param>
    public static void Accumulate(float* left, int leftStride, int units, float* right, int rightStride, int columns, int rows, float* target, int targetStride, bool adds)
    {
        for (int start = 0; start < rows; start += RowBlock)
        {
            int count = Math.Min(RowBlock, rows - start);
            float* gradient = left + ((long)start * leftStride);
            float* x = right + ((long)start * rightStride);
            for (int unit = 0, tile; unit < units; unit += tile)
            {
                tile = TileKernel.NextRows(units - unit);
                int widest = TileKernel.VectorsFor(tile) * TVector.Count;
                for (int offset = 0, take; offset < columns; offset += take)
                {
                    take = Math.Min(widest, columns - offset);
                    var arguments = new TileArguments(
                        in gradient[unit], 1,
                        in x[offset], (nuint)rightStride, (nuint)count,
                        in PackedMatrix<TVector>.ZeroBias,
                        ref target[((long)unit * targetStride) + offset], (nuint)targetStride,
                        isContinued: adds || start > 0,
                        inputStep: (nuint)leftStride);
                    TileKernel.Run<TVector>(tile, take / TVector.Count, in arguments);
                }
            }
        }
    }
}
