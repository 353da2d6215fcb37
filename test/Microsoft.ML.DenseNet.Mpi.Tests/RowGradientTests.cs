namespace Microsoft.ML.DenseNet.Mpi.Tests;

/// <summary>Gradients of which each rank touched some rows only.</summary>
[TestClass]
public sealed class RowGradientTests
{
    [TestMethod]
    public void The_joined_gradient_is_the_weighted_sum_of_the_dense_ones()
    {
        const int Rows = 40, Width = 5, Offset = 7, Ranks = 4;
        float[] factors = [0.5f, 0, 0.3f, 0.2f]; // rank 1 has no rows
        int[][] touched = [[0, 3, 39], [], [3, 4, 5, 20], [20, 39]];
        float Value(int rank, int row, int column) => (rank + 1) * MathF.Sin((row * Width) + column);

        var expected = new float[Rows * Width];
        for (int rank = 0; rank < Ranks; rank++)
            foreach (int row in touched[rank])
                for (int column = 0; column < Width; column++)
                    expected[(row * Width) + column] += factors[rank] * Value(rank, row, column);

        foreach (var (joined, failure) in ThreadWorkers.Run(Ranks, workers =>
        {
            var gradient = new RowGradient(Offset, Rows * Width, Width);
            int[] mine = touched[workers.Rank];
            gradient.Begin(mine, mine.Length);
            for (int i = 0; i < mine.Length; i++)
                for (int column = 0; column < Width; column++)
                    gradient.Values[(i * Width) + column] = Value(workers.Rank, mine[i], column);
            RowGradientWire.Join(gradient, workers, factors);
            return gradient;
        }))
        {
            Assert.IsNull(failure, $"{failure}");
            CollectionAssert.AreEqual(new[] { 0, 3, 4, 5, 20, 39 }, joined!.Rows.ToArray());
            for (int i = 0; i < joined.Rows.Length; i++)
                for (int column = 0; column < Width; column++)
                    Assert.AreEqual(expected[(joined.Rows[i] * Width) + column], joined.Values[(i * Width) + column], 1e-6f);
        }
    }
}
