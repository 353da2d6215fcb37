using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A row of weight 0 counts as none: data with it trains as data without it, whatever it holds.</summary>
[TestClass]
public sealed class WeightlessRowTests
{
    private const int Rows = 300;

    private readonly MLContext _ml = new(seed: 1);

    public static IEnumerable<object[]> Cases() => from placement in (DataPlacement[])[DataPlacement.Auto, DataPlacement.Stream] from width in (int[])[5, 200] select new object[] { placement, width };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void NumbersTrainAsWithoutThem(DataPlacement placement, int width)
    {
        float[] Train(Func<int, GeneratedRow> make, bool all, bool validates)
        {
            int[] numbers = [.. Enumerable.Range(0, Rows).Where(row => all || !IsWeightless(row))];
            GeneratedView View() => new(numbers.Length, width, row => make(numbers[row]), isBoolean: false);
            var options = new DenseNetRegressionTrainer.Options { HiddenUnits = [4], NumberOfEpochs = 2, BatchSize = 32, Seed = 1, ExampleWeightColumnName = "Weight", DataPlacement = placement, ValidationFraction = validates ? null : 0.2 };
            return _ml.Regression.Trainers.DenseNet(options).Fit(View(), validates ? View() : null).Model.Network.Parameters.ToArray();
        }

        var make = width == 5 ? (Func<int, GeneratedRow>)GeneratedRows.Narrow : GeneratedRows.Wide;
        foreach (bool validates in (bool[])[false, true])
            CollectionAssert.AreEqual(Train(make, all: false, validates), Train(row => IsWeightless(row) ? Spoiled(row, width) : make(row), all: true, validates));
    }

    [TestMethod]
    [DataRow(DataPlacement.Auto)]
    [DataRow(DataPlacement.Stream)]
    public void ClassesTrainWithoutTheirLabels(DataPlacement placement)
    {
        float[] Train(bool all)
        {
            int[] numbers = [.. Enumerable.Range(0, Rows).Where(row => all || !IsWeightless(row))];
            GeneratedView View() => new(numbers.Length, 6, row => Make(numbers[row]), keys: 2);
            var options = new DenseNetMulticlassTrainer.Options { HiddenUnits = [4], NumberOfEpochs = 2, Seed = 1, ExampleWeightColumnName = "Weight", DataPlacement = placement };
            return _ml.MulticlassClassification.Trainers.DenseNet(options).Fit(View(), View()).Model.Network.Parameters.ToArray();
        }

        CollectionAssert.AreEqual(Train(all: false), Train(all: true));

        static GeneratedRow Make(int row)
        {
            var made = GeneratedRows.Classes(row);
            return made with { Label = IsWeightless(row) ? 5 * (row % 2) : 1 + made.Label, Weight = IsWeightless(row) ? 0 : 1 };
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void TheirFeaturesAreNotRead(int readers)
    {
        var view = new GeneratedView(Rows, 5, row => GeneratedRows.Narrow(row) with { Weight = row == 200 ? 0 : 1 }, isBoolean: false) { FailingRow = 200 };
        Assert.AreEqual(Rows - 1, Reader(view, readers).Read(view, default).Count);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void TheyDecideNothingAboutBlocks(int readers)
    {
        // Many dense ones first, and in the middle: rows are kept sparse by the rows that count, in blocks of the same sizes.
        const int Many = 30_000;
        var dense = new VBuffer<float>(200, new float[200]);
        GeneratedRow Make(int row) => row < Many || (row > 2 * Many && row % 7 > 0) ? new GeneratedRow(dense, 0, 0) : GeneratedRows.Wide(row);
        int[] numbers = [.. Enumerable.Range(0, 3 * Many).Where(row => Make(row).Weight > 0)];
        var with = new GeneratedView(3 * Many, 200, Make);
        var without = new GeneratedView(numbers.Length, 200, row => Make(numbers[row]));
        var actual = Reader(with, readers).Read(with, default);
        var expected = Reader(without, 1).Read(without, default);
        Assert.IsTrue(actual.IsSparse);
        CollectionAssert.AreEqual(expected.Blocks.Select(block => block.Rows).ToArray(), actual.Blocks.Select(block => block.Rows).ToArray());
        Assert.AreEqual(DataFingerprint.Of(expected), DataFingerprint.Of(actual));
    }

    [TestMethod]
    public void RowsAfterThemKeepTheirNumbers()
    {
        var view = new GeneratedView(20_000, 5, row => row == 19_000 ? new GeneratedRow(new VBuffer<float>(5, [1, 2, float.PositiveInfinity, 4, 5]), 1) : GeneratedRows.Narrow(row) with { Weight = row % 5 == 0 ? 1 : 0 }, isBoolean: false);
        Assert.Contains("at row 19000 ", Assert.ThrowsExactly<InvalidOperationException>(() => Reader(view, 2).Read(view, default)).Message);
    }

    [TestMethod]
    public void ReadingManyOfThemCanBeCanceled()
    {
        using var cancel = new CancellationTokenSource();
        var view = new GeneratedView(int.MaxValue, 5, row => GeneratedRows.Narrow(0) with { Weight = 0 }, isBoolean: false) { OnRow = row => Cancel(row, cancel) };
        Assert.Throws<OperationCanceledException>(() => Reader(view, 2).Read(view, cancel.Token));

        static void Cancel(int row, CancellationTokenSource source)
        {
            if (row == 100_000)
                source.Cancel();
        }
    }

    private static bool IsWeightless(int row) => row % 4 == 1;

    private static GeneratedRow Spoiled(int row, int width)
    {
        VBuffer<float>[] vectors =
        [
            new(width, [.. Enumerable.Repeat(float.PositiveInfinity, width)]),
            new(width, [.. Enumerable.Repeat(float.NaN, width)]),
            new(3, [1, 2, 3]),
            new(width, 2, [1, 2], [1, width]),
            new(width, 2, [1, 2], [2, 1]),
        ];
        return new GeneratedRow(vectors[row % vectors.Length], float.NaN, 0);
    }

    private static RowReader Reader(GeneratedView view, int readers) =>
        new(view.Schema, "Features", "Label", "Weight", allowMissingFeatures: true) { MaximumReaders = readers };
}
