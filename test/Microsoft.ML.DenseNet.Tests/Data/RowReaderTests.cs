using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

[TestClass]
public sealed class RowReaderTests
{
    private const int Rows = 40_000;

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void AnyNumberOfReadersGivesTheRowsInTheirOrder(bool isSparse)
    {
        foreach (int readers in (int[])[1, 2, 5])
        {
            var view = Make(isSparse);
            var rows = Reader(view, readers).Read(view, default);
            Assert.AreEqual(Rows, rows.Count);
            Assert.AreEqual(isSparse, rows.IsSparse);
            Assert.AreEqual(readers, view.Opened);
            Assert.AreEqual(readers, view.Disposed);

            var values = new float[rows.Width];
            int number = 0;
            foreach (var block in rows.Blocks)
            {
                for (int row = 0; row < block.Rows; row++, number++)
                {
                    var truth = isSparse ? GeneratedRows.Wide(number) : GeneratedRows.Narrow(number);
                    block.CopyRow(row, values);
                    CollectionAssert.AreEqual(GeneratedRows.Dense(truth), values, $"row {number}, {readers} readers");
                    Assert.AreEqual(truth.Label, block.Labels.Span[row]);
                    Assert.AreEqual(truth.Weight, block.Weights.Span[row]);
                }
            }
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void BlocksAndStatisticsAreTheSameForAnyNumberOfReaders(bool isSparse)
    {
        var view = Make(isSparse);
        var one = Reader(view, 1).Read(view, default, gatherMoments: true);
        var several = Reader(view, 3).Read(view, default, gatherMoments: true);
        CollectionAssert.AreEqual(one.Blocks.Select(block => block.Rows).ToArray(), several.Blocks.Select(block => block.Rows).ToArray());
        var first = FeatureMoments.Of(one).ToStatistics();
        var second = FeatureMoments.Of(several).ToStatistics();
        CollectionAssert.AreEqual(first.Mean, second.Mean);
        CollectionAssert.AreEqual(first.InverseDeviation, second.InverseDeviation);

        // Gathered afterwards, from blocks that are cut otherwise, they are the same too.
        var cut = one.Where(_ => true);
        CollectionAssert.AreEqual(first.Mean, FeatureMoments.Of(cut).ToStatistics().Mean);
        Assert.AreEqual(isSparse, cut.IsSparse);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void MeanAndDeviationAreThoseOfTheRows(bool isSparse)
    {
        var view = Make(isSparse);
        var statistics = FeatureMoments.Of(Reader(view, 2).Read(view, default, gatherMoments: true)).ToStatistics();
        GeneratedRow[] rows = [.. Enumerable.Range(0, Rows).Select(row => isSparse ? GeneratedRows.Wide(row) : GeneratedRows.Narrow(row))];
        float[][] values = [.. rows.Select(GeneratedRows.Dense)];
        for (int slot = 0; slot < statistics.Mean.Length; slot++)
        {
            var present = Enumerable.Range(0, Rows).Where(row => !float.IsNaN(values[row][slot])).ToArray();
            double weight = present.Sum(row => (double)rows[row].Weight);
            double mean = present.Sum(row => (double)rows[row].Weight * values[row][slot]) / weight;
            double variance = present.Sum(row => rows[row].Weight * Math.Pow(values[row][slot] - mean, 2)) / weight;
            Assert.AreEqual(mean, statistics.Mean[slot], 1e-6 * Math.Max(1, Math.Abs(mean)), $"slot {slot}");
            Assert.AreEqual(1 / Math.Sqrt(variance), statistics.InverseDeviation[slot], 1e-5 / Math.Sqrt(variance), $"slot {slot}");
        }
    }

    [TestMethod]
    public void SparseRowsHoldNoZeros()
    {
        var view = new GeneratedView(Rows, 200, GeneratedRows.Wide);
        foreach (var block in Reader(view, 2).Read(view, default).Blocks)
        {
            var sparse = block.Sparse!;
            Assert.HasCount(block.Rows + 1, sparse.Starts);
            Assert.HasCount(sparse.Starts[^1], sparse.Values);
            Assert.HasCount(sparse.Starts[^1], sparse.Slots);
            Assert.IsFalse(sparse.Values.Contains(0));
        }
    }

    [TestMethod]
    [DataRow(63, 1, false)] // too narrow
    [DataRow(64, 16, true)] // a quarter
    [DataRow(64, 17, false)]
    [DataRow(5000, 1250, true)]
    public void WideRowsOfFewValuesStaySparse(int width, int stored, bool isSparse)
    {
        var features = new VBuffer<float>(width, stored, [.. Enumerable.Repeat(1f, stored)], [.. Enumerable.Range(0, stored)]);
        foreach (int readers in (int[])[1, 2])
        {
            var view = new GeneratedView(100, width, _ => new GeneratedRow(features, 1));
            Assert.AreEqual(isSparse, Reader(view, readers).Read(view, default).IsSparse);
            var dense = new GeneratedView(100, width, _ => new GeneratedRow(new VBuffer<float>(width, [.. features.DenseValues()]), 1));
            Assert.IsFalse(Reader(dense, readers).Read(dense, default).IsSparse, "dense vectors stay dense");
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(6)]
    public void TheFirstBadRowIsNamed(int readers)
    {
        // Two rows are bad, and a later one cannot be read at all: the first in row order counts, whoever meets it first.
        const int First = 31_013, Second = 31_014;
        var view = new GeneratedView(Rows, 5, row => row is First or Second ? Spoiled(row) : GeneratedRows.Narrow(row), isBoolean: false) { FailingRow = Second + 5 };
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => Reader(view, readers).Read(view, default));
        StringAssert.Contains(error.Message, $"row {First} ");
        StringAssert.Contains(error.Message, "'Features'");
        StringAssert.Contains(error.Message, "slot 2");
        Assert.AreEqual(readers, view.Disposed);

        static GeneratedRow Spoiled(int row) => new(new VBuffer<float>(5, [1, 2, float.PositiveInfinity, 4, 5]), 1);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void AnErrorOfACursorComesThrough(int readers)
    {
        var view = new GeneratedView(Rows, 5, GeneratedRows.Narrow, isBoolean: false) { FailingRow = 20_000 };
        var error = Assert.ThrowsExactly<IOException>(() => Reader(view, readers).Read(view, default));
        Assert.AreEqual("row 20000", error.Message);
        Assert.AreEqual(readers, view.Disposed);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void ARowOfAnotherLengthIsNamed(int readers)
    {
        var view = new GeneratedView(1000, 5, row => row == 700 ? new GeneratedRow(new VBuffer<float>(4, [1, 2, 3, 4]), 1) : GeneratedRows.Narrow(row), isBoolean: false);
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => Reader(view, readers).Read(view, default));
        StringAssert.Contains(error.Message, "'Features' holds a vector of 4");
        StringAssert.Contains(error.Message, "row 700 ");
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void ReadingCanBeCanceled(int readers)
    {
        using var cancel = new CancellationTokenSource();
        var view = new GeneratedView(int.MaxValue, 5, GeneratedRows.Narrow, isBoolean: false) { OnRow = row => Cancel(row, cancel) };
        Assert.Throws<OperationCanceledException>(() => Reader(view, readers).Read(view, cancel.Token));
        Assert.AreEqual(readers, view.Disposed);

        static void Cancel(int row, CancellationTokenSource source)
        {
            if (row == 20_000)
                source.Cancel();
        }
    }

    [TestMethod]
    public void AReaderThatIsAbandonedEndsItsThreads()
    {
        var view = new GeneratedView(int.MaxValue, 5, GeneratedRows.Narrow, isBoolean: false);
        foreach (var block in Reader(view, 3).Blocks(view, () => true, default))
        {
            Assert.IsGreaterThan(0, block.Rows);
            break;
        }

        Assert.AreEqual(3, view.Disposed); // a cursor that is disposed while a thread moves it fails in MoveNext
    }

    [TestMethod]
    public void ARowCostsNoAllocation()
    {
        var features = new VBuffer<float>(5, [1, 2, 3, 4, 5]);
        long Allocated(int rows)
        {
            var view = new GeneratedView(rows, 5, _ => new GeneratedRow(features, 1), isBoolean: false);
            var reader = Reader(view, 1);
            long before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var block in reader.Blocks(view, () => true, default))
                Assert.IsGreaterThan(0, block.Rows);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Allocated(1000);
        long more = Allocated(300_000) - Allocated(100_000);
        Assert.IsLessThan(200_000, more, "bytes for 200 000 rows"); // a few small objects a block of 13 000 rows
    }

    [TestMethod]
    public void StatisticsOfSparseRowsAreThoseOfTheSameRowsDense()
    {
        var view = new GeneratedView(3000, 200, GeneratedRows.Wide);
        var sparse = Reader(view, 2).Read(view, default);
        var dense = new RowSet(200, true, [.. sparse.Blocks.Select(block => block with { Features = block.DenseRows(0, block.Rows, 200, new float[block.Rows * 200]).ToArray(), Sparse = null })]);
        var expected = RobustStatistics.Of(dense);
        var actual = RobustStatistics.Of(sparse);
        CollectionAssert.AreEqual(expected.Center, actual.Center);
        CollectionAssert.AreEqual(expected.Scale, actual.Scale);
        CollectionAssert.AreEqual(expected.IsBinary, actual.IsBinary);
    }

    [TestMethod]
    public void ASampleIsUniformBoundedAndInOrder()
    {
        const int Count = 20_000, Capacity = 500;
        var counts = new int[4];
        for (int seed = 0; seed < 20; seed++)
        {
            var sampler = new RowSampler(1, false, RowForm.Dense, Capacity);
            var draw = new RowDraw(seed);
            float[] numbers = [.. Enumerable.Range(0, Count).Select(row => (float)row)];
            var block = new RowBlock(Count, numbers, numbers, default);
            for (int row = 0; row < Count; row++)
                sampler.Offer(block, row, draw[row], row);
            float[] sample = [.. sampler.ToRows().Labels];
            Assert.HasCount(Capacity, sample);
            CollectionAssert.AreEqual(sample.Order().ToArray(), sample);
            foreach (float number in sample)
                counts[(int)number * 4 / Count]++;
        }

        foreach (int count in counts)
            Assert.AreEqual(2500, count, 250); // five standard deviations
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void RowsOfWeightZeroAreLeftOut(bool isSparse)
    {
        GeneratedRow Make(int row)
        {
            var made = isSparse ? GeneratedRows.Wide(row) : GeneratedRows.Narrow(row);
            bool counts = row > 30_000 ? row % 1000 == 0 : row % 3 > 0; // blocks that lose some rows, and nearly all
            return made with { Weight = counts ? made.Weight : 0 };
        }

        var view = new GeneratedView(Rows, isSparse ? 200 : 5, Make, isBoolean: isSparse);
        GeneratedRow[] truth = [.. Enumerable.Range(0, Rows).Select(Make).Where(row => row.Weight > 0)];
        var rows = Reader(view, 2).Read(view, default);
        Assert.AreEqual(truth.Length, rows.Count);
        var values = new float[rows.Width];
        int number = 0;
        foreach (var block in rows.Blocks)
        {
            for (int row = 0; row < block.Rows; row++, number++)
            {
                block.CopyRow(row, values);
                CollectionAssert.AreEqual(GeneratedRows.Dense(truth[number]), values, $"row {number}");
                Assert.AreEqual((truth[number].Label, truth[number].Weight), (block.Labels.Span[row], block.Weights.Span[row]), $"row {number}");
            }
        }
    }

    private static GeneratedView Make(bool isSparse) => isSparse
        ? new GeneratedView(Rows, 200, GeneratedRows.Wide)
        : new GeneratedView(Rows, 5, GeneratedRows.Narrow, isBoolean: false);

    private static RowReader Reader(GeneratedView view, int readers) =>
        new(view.Schema, "Features", "Label", "Weight", allowMissingFeatures: true) { MaximumReaders = readers };
}
