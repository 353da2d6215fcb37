using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>Joins the touched rows of a matrix's gradient over several processes.</summary>
internal static class RowGradientWire
{
    /// <summary>Replaces a gradient with the sum of all processes' gradients, each times its factor, in the order of ranks.</summary>
    /// <param name="gradient">This process's gradient; afterwards it has the rows that any process touched.</param>
    /// <param name="workers">The processes.</param>
    /// <param name="factors">One per rank; 0 for a process that has no rows.</param>
    public static void Join(RowGradient gradient, TrainingWorkers workers, ReadOnlySpan<float> factors)
    {
        byte[][] all = workers.Exchange([.. MemoryMarshal.AsBytes(gradient.Rows), .. MemoryMarshal.AsBytes((ReadOnlySpan<float>)gradient.Values)]);
        int width = gradient.Width, rowBytes = sizeof(int) + (width * sizeof(float));
        int[][] rows = [.. all.Select(block => MemoryMarshal.Cast<byte, int>(block.AsSpan(0, block.Length / rowBytes * sizeof(int))).ToArray())];
        int[] union = [.. rows.SelectMany(touched => touched).Distinct().Order()];
        gradient.Begin(union, union.Length);
        gradient.Values.Clear();
        for (int rank = 0; rank < all.Length; rank++)
        {
            var values = MemoryMarshal.Cast<byte, float>(all[rank].AsSpan(rows[rank].Length * sizeof(int)));
            for (int i = 0, place = 0; i < rows[rank].Length; i++, place++)
            {
                while (union[place] != rows[rank][i])
                    place++; // both ascend
                var sum = gradient.Values.Slice(place * width, width);
                TensorPrimitives.MultiplyAdd(values.Slice(i * width, width), factors[rank], sum, sum);
            }
        }
    }
}
