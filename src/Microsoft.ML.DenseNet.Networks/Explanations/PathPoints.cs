namespace Microsoft.ML.DenseNet;

/// <summary>Where on the way from a background row, 0, to the explained row, 1, gradients are computed.</summary>
/// <remarks>
/// Any power of two of points of a background row are spread evenly, one in each interval of equal length (van der Corput), and twice as many include them. Each
/// background row's are shifted by another multiple of the golden ratio: together, the points of all rows cover the way much more
/// densely than those of one, so that few of each suffice.
/// </remarks>
internal static class PathPoints
{
    private const double GoldenRatio = 0.6180339887498949;

    /// <summary>A point, above 0 and below 1.</summary>
    /// <param name="background">The background row's number.</param>
    /// <param name="step">The point's number.</param>
    public static float At(int background, int step)
    {
        double reversed = ReverseBits((uint)step) / 4294967296.0;
        double point = ((background + 0.5) * GoldenRatio) + reversed;
        return (float)Math.Clamp(point - Math.Floor(point), 1e-6, 1 - 1e-6);
    }

    private static uint ReverseBits(uint x)
    {
        x = ((x >> 1) & 0x55555555u) | ((x & 0x55555555u) << 1);
        x = ((x >> 2) & 0x33333333u) | ((x & 0x33333333u) << 2);
        x = ((x >> 4) & 0x0F0F0F0Fu) | ((x & 0x0F0F0F0Fu) << 4);
        return System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(x);
    }
}
