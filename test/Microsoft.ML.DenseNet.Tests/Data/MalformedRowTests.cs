using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Feature vectors that ML.NET lets through though they break its own rules.</summary>
[TestClass]
public sealed class MalformedRowTests
{
    private const int Rows = 60, Bad = 37;

    private readonly MLContext _ml = new(seed: 1);

    public static IEnumerable<object[]> Vectors() =>
    [
        [new int[] { 3, 5055 }, "has index 5055 in a sparse vector of length 5000", "from 0 to at most 4999"],
        [new int[] { 3, int.MaxValue }, "has index 2147483647 in", "from 0 to at most 4999"],
        [new int[] { -1, 3 }, "has index -1 in", "must ascend"],
        [new int[] { 7, 3 }, "has index 3 after index 7 in", "must ascend"],
        [new int[] { 3, 3 }, "has index 3 twice in", "each once"],
        [new int[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 15, 17, 18, 19, 20 }, "has index 15 after index 16 in", "must ascend"],
    ];

    [TestMethod]
    [DynamicData(nameof(Vectors))]
    public void ATrainingNamesTheRow(int[] indices, string what, string remedy)
    {
        var bad = new VBuffer<float>(5000, indices.Length, [.. indices.Select(_ => 1f)], indices);
        var good = new GeneratedView(Rows, 5000, Row);
        var view = new GeneratedView(Rows, 5000, row => row == Bad ? new GeneratedRow(bad, 1) : Row(row));
        foreach (var placement in (DataPlacement[])[DataPlacement.Auto, DataPlacement.Stream])
        {
            foreach (bool scales in (bool[])[false, true])
            {
                foreach (int units in (int[])[64, 4096])
                {
                    var trainer = _ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options
                    {
                        Network = Layer.Sequential(Layer.EmbeddingBag(units)),
                        NumberOfEpochs = 1,
                        ScaleFeatures = scales,
                        DataPlacement = placement,
                    });
                    Check(Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(view)).Message, "Column 'Features' has");
                    if (units == 64)
                        Check(Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(good, view)).Message, "Column 'Features' of the validation data has");
                }
            }
        }

        void Check(string message, string start)
        {
            Assert.StartsWith(start, message);
            Assert.Contains(what, message);
            Assert.Contains($"at row {Bad} (counted from 0)", message);
            Assert.Contains(remedy, message);
        }
    }

    [TestMethod]
    public void NarrowSparseRowsAreCheckedToo()
    {
        foreach (int[] indices in (int[][])[[1, 5], [-1, 2], [2, 1], [2, 2]])
        {
            var bad = new VBuffer<float>(5, 2, [1, 2], indices);
            var view = new GeneratedView(100, 5, row => row == 70 ? new GeneratedRow(bad, 1) : GeneratedRows.Narrow(row), isBoolean: false);
            var error = Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Regression.Trainers.DenseNet(numberOfEpochs: 1, hiddenUnits: [2]).Fit(view));
            Assert.StartsWith("Column 'Features' has index ", error.Message);
            Assert.Contains("at row 70 ", error.Message);
        }
    }

    [TestMethod]
    public void AModelRefusesWithoutAColumnToName()
    {
        // What calibrators and other ML.NET code call: it hands over a vector, and no column.
        IValueMapper model = new DenseNetRegressionModelParameters(_ml, TestNetworks.Create(5, 1));
        var map = model.GetMapper<VBuffer<float>, float>();
        float score = 0;
        map(new VBuffer<float>(5, 2, [1, 2], [1, 4]), ref score);
        foreach (int[] indices in (int[][])[[1, 5], [-1, 2], [2, 1], [2, 2]])
        {
            var bad = new VBuffer<float>(5, 2, [1, 2], indices);
            var error = Assert.ThrowsExactly<ArgumentException>(() => map(in bad, ref score));
            Assert.Contains("indices must ascend and lie from 0 to 4", error.Message);
        }
    }

    [TestMethod]
    public void OrderIsCheckedAtEveryPlace()
    {
        // Whole vectors of indices and what is left over: each place in turn, for lists of many lengths.
        for (int count = 0; count < 70; count++)
        {
            int[] indices = [.. Enumerable.Range(0, count).Select(i => 3 * i)];
            int width = (3 * count) + 1;
            Assert.IsTrue(SparseIndices.AreInOrder(indices, width));
            for (int place = 0; place < count; place++)
            {
                foreach (int index in (int[])[place == 0 ? -1 : indices[place - 1], place == 0 ? int.MinValue : indices[place - 1] - 1, width, int.MaxValue])
                {
                    int[] bad = [.. indices];
                    bad[place] = index;
                    Assert.IsFalse(SparseIndices.AreInOrder(bad, width), $"{index} at {place} of {count}");
                }
            }
        }
    }

    private static GeneratedRow Row(int row)
    {
        int[] indices = [row % 3, 10 + (row % 50), 4000 + row];
        return new GeneratedRow(new VBuffer<float>(5000, 3, [1, 2, 3], indices), row % 2);
    }
}
