namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Rows of few values among many slots.</summary>
internal static class RandomSparseRows
{
    /// <summary>Rows of up to some number of values; frequent slots come first, as in text.</summary>
    public static SparseRows Create(Random random, int rows, int width, int most)
    {
        var starts = new int[rows + 1];
        var slots = new List<int>();
        var values = new List<float>();
        for (int row = 0; row < rows; row++)
        {
            int count = random.Next(most + 1);
            foreach (int slot in Enumerable.Range(0, count).Select(_ => (int)(width * Math.Pow(random.NextDouble(), 3))).Distinct().Order())
            {
                slots.Add(slot);
                values.Add((float)RandomNetworks.Normal(random));
            }

            starts[row + 1] = slots.Count;
        }

        return new SparseRows(width, starts, [.. slots], [.. values]);
    }

    /// <summary>The same with all zeros.</summary>
    public static float[] ToDense(SparseRows sparse, int rows)
    {
        var dense = new float[rows * sparse.Width];
        for (int row = 0; row < rows; row++)
            sparse.CopyRow(row, dense.AsSpan(row * sparse.Width, sparse.Width));
        return dense;
    }
}
