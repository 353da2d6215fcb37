namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The update of some rows of a matrix among the parameters.</summary>
[TestClass]
public sealed unsafe class LazyRowTests
{
    // Between other values: a matrix of 9 rows whose width fits no vector, updated in rows; a step touches these.
    private const int Offset = 5, Width = 19, Rows = 9, Count = Offset + (Rows * Width) + 7;
    private static readonly int[][] Touched = [[3, 0, 8], [8], [], [0, 5, 3, 7, 1], [5, 3]];

    public static IEnumerable<object[]> Lazy() =>
        new[] { Optimizers.SGD(), Optimizers.Adagrad(0.1, 0.5), Optimizers.SparseAdam(0.8, 0.95, 1e-3) }.Select(optimizer => new object[] { optimizer.Name, optimizer });

    [TestMethod]
    [DynamicData(nameof(Lazy))]
    public void TouchedRowsMoveAndOthersStay(string name, Optimizer optimizer)
    {
        const double Rate = 0.05;
        double decay = optimizer.HasWeightDecay ? 0.1 : 0;
        float[] values = Values(), expected = Values();
        float[] average = new float[Count], square = new float[Count];
        if (name.StartsWith("Adagrad", StringComparison.Ordinal))
            square.AsSpan().Fill(0.5f);
        var fused = optimizer.Fuse!(Count, [new(0, Offset), new(Offset + (Rows * Width), 7)]);
        var random = new Random(2);
        for (int step = 1; step <= 20; step++)
        {
            int[] rows = Touched[step % Touched.Length];
            float[] gradients = Draw(random, Count), rowGradients = Draw(random, rows.Length * Width);
            fixed (float* value = values, gradient = gradients, rowGradient = rowGradients)
            {
                fused.Step(value, gradient, Rate, decay);
                fused.StepRows(value, rowGradient, Offset, Width, rows, Rate, decay);
            }

            for (int i = 0; i < Count; i++)
            {
                int row = (i - Offset) / Width, touched = Array.IndexOf(rows, row);
                if (i < Offset || row >= Rows)
                    Reference(i, gradients[i]);
                else if (touched >= 0)
                    Reference(i, rowGradients[(touched * Width) + ((i - Offset) % Width)]);
            }

            void Reference(int i, double gradient)
            {
                // PyTorch's formulas, written out.
                gradient += decay * expected[i];
                if (name.StartsWith("SGD", StringComparison.Ordinal))
                {
                    expected[i] -= (float)(Rate * gradient);
                }
                else if (name.StartsWith("Adagrad", StringComparison.Ordinal))
                {
                    square[i] += (float)(gradient * gradient);
                    expected[i] -= (float)(Rate / (1 + ((step - 1) * 0.1)) * gradient / (Math.Sqrt(square[i]) + 1e-10));
                }
                else
                {
                    average[i] += (float)(0.2 * (gradient - average[i]));
                    square[i] += (float)(0.05 * ((gradient * gradient) - square[i]));
                    double size = Rate * Math.Sqrt(1 - Math.Pow(0.95, step)) / (1 - Math.Pow(0.8, step));
                    expected[i] -= (float)(size * average[i] / (Math.Sqrt(square[i]) + 1e-3));
                }
            }
        }

        for (int i = 0; i < Count; i++)
            Assert.AreEqual(expected[i], values[i], 2e-6, $"{name}, value {i}");
        CollectionAssert.AreEqual(Values()[(Offset + (2 * Width))..(Offset + (3 * Width))], values[(Offset + (2 * Width))..(Offset + (3 * Width))], "row 2 is never touched");
    }

    [TestMethod]
    [DynamicData(nameof(Lazy))]
    public void AllRowsAreAnOrdinaryStep(string name, Optimizer optimizer)
    {
        // Enough of them to be divided among cores.
        const int Many = 9000, Wide = 33;
        float[] whole = Draw(new Random(3), Many * Wide), rowwise = [.. whole];
        var step = optimizer.Fuse!(whole.Length, [new(0, whole.Length)]);
        var rows = optimizer.Fuse!(whole.Length, []);
        int[] all = [.. Enumerable.Range(0, Many)];
        for (int i = 0; i < 3; i++)
        {
            fixed (float* value = whole, rowValue = rowwise, gradient = Draw(new Random(i), whole.Length))
            {
                step.Step(value, gradient, 0.1, 0);
                rows.Step(rowValue, gradient, 0.1, 0);
                rows.StepRows(rowValue, gradient, 0, Wide, all, 0.1, 0);
            }
        }

        CollectionAssert.AreEqual(whole, rowwise, name);
    }

    [TestMethod]
    public void OnlyLazyRulesTakeRows()
    {
        foreach (var optimizer in FusedOptimizerTests.Fused().Select(item => (Optimizer)item[1]).Append(Optimizers.SparseAdam()))
        {
            var fused = optimizer.Fuse!(8, []);
            Assert.AreEqual(optimizer.IsLazy, fused.IsLazy, optimizer.Name);
            float[] values = new float[8], gradients = [1, 1, 1, 1];
            fixed (float* value = values, gradient = gradients)
            {
                float* first = value, second = gradient;
                Assert.ThrowsExactly<InvalidOperationException>(() => fused.StepRows(first, second, 0, 4, [1], 1, 0), "before the first step");
                fused.Step(first, second, 1, 0);
                if (optimizer.IsLazy)
                    fused.StepRows(first, second, 0, 4, [1], 1, 0);
                else
                    Assert.ThrowsExactly<InvalidOperationException>(() => fused.StepRows(first, second, 0, 4, [1], 1, 0), optimizer.Name);
            }

            Assert.AreEqual(optimizer.IsLazy, values[4] != 0, optimizer.Name);
            Assert.AreEqual(0, values[3], optimizer.Name);
        }

        CollectionAssert.AreEquivalent(
            new[] { "SGD", "Adagrad", "SparseAdam" },
            new[] { Optimizers.SGD(), Optimizers.SGD(0.9), Optimizers.Adagrad(), Optimizers.SparseAdam(), Optimizers.AdamW() }.Where(item => item.IsLazy).Select(item => item.Name.Split('(')[0]).ToArray());
    }

    private static float[] Values() => Draw(new Random(1), Count);

    private static float[] Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 2 - 1))];
}
