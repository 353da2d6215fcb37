using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The input scaling beside class weights: example weights count in it, class weights do not.</summary>
[TestClass]
public sealed class ClassWeightScalingTests
{
    private const int Rows = 500;

    private readonly MLContext _ml = new(seed: 1);

    public static IEnumerable<object[]> Cases() =>
        from placement in new[] { DataPlacement.Host, DataPlacement.Stream }
        from isSparse in new[] { false, true }
        from isWeighted in new[] { false, true }
        from isMulticlass in new[] { false, true }
        select new object[] { placement, isSparse, isWeighted, isMulticlass };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void FeaturesAreScaledByTheRowsAndTheirExampleWeights(DataPlacement placement, bool isSparse, bool isWeighted, bool isMulticlass)
    {
        int width = isSparse ? 200 : 6;
        var network = isMulticlass
            ? FitMulticlass(width, Options(new DenseNetMulticlassTrainer.Options { LabelColumnName = "Key", ClassWeights = ClassWeights.Of(1, 50, 7) }))
            : FitBinary(width, Options(new DenseNetBinaryTrainer.Options { ClassWeights = ClassWeights.Of(1, 50) }));

        var buffers = network.Buffers;
        for (int slot = 0; slot < width; slot++)
        {
            var values = Enumerable.Range(0, Rows).Select(row => Make(width, row))
                .Select(row => (Value: (double)row.Features.GetItemOrDefault(slot), Weight: isWeighted ? row.Weight : 1.0))
                .Where(row => !double.IsNaN(row.Value)).ToArray();
            double weight = values.Sum(row => row.Weight);
            double mean = values.Sum(row => row.Weight * row.Value) / weight;
            double deviation = Math.Sqrt(values.Sum(row => row.Weight * (row.Value - mean) * (row.Value - mean)) / weight);
            Assert.AreEqual(mean, buffers.Span[slot], 1e-5 * (1 + Math.Abs(mean)), $"mean of slot {slot}");
            Assert.AreEqual(1 / deviation, buffers.Span[width + slot], 1e-4 / deviation, $"1 / deviation of slot {slot}");
        }

        TOptions Options<TOptions>(TOptions options)
            where TOptions : DenseNetOptions
        {
            options.DataPlacement = placement;
            options.ExampleWeightColumnName = isWeighted ? "Weight" : null;
            return Plain(options);
        }
    }

    [TestMethod]
    [DataRow(DataPlacement.Host)]
    [DataRow(DataPlacement.Stream)]
    public void RowsSetAsideDoNotChangeThat(DataPlacement placement)
    {
        float[] Buffers(ClassWeights? weights) =>
            [.. FitBinary(6, Plain(new DenseNetBinaryTrainer.Options { ClassWeights = weights, ValidationFraction = 0.2, DataPlacement = placement })).Buffers.Span];
        CollectionAssert.AreEqual(Buffers(null), Buffers(ClassWeights.Of(1, 50)));
    }

    private static TOptions Plain<TOptions>(TOptions options)
        where TOptions : DenseNetOptions
    {
        options.HiddenUnits = [4];
        options.NumberOfEpochs = 0;
        options.Seed = 1;
        return options;
    }

    /// <summary>Rows whose features lie elsewhere in each class, and whose weights depend on neither.</summary>
    private static GeneratedRow Make(int width, int row)
    {
        var made = width == 6 ? GeneratedRows.Classes(row) : GeneratedRows.Wide(row);
        float[] values = GeneratedRows.Dense(made);
        values[0] = row % 3 - (row % 7 / 10f);
        int[] stored = [.. Enumerable.Range(0, width).Where(slot => values[slot] != 0)];
        return new GeneratedRow(new VBuffer<float>(width, stored.Length, [.. stored.Select(slot => values[slot])], stored), row % 3, 1 + (row % 4));
    }

    private TrainedNetwork FitBinary(int width, DenseNetBinaryTrainer.Options options) =>
        _ml.BinaryClassification.Trainers.DenseNet(options).Fit(new GeneratedView(Rows, width, row => Make(width, row))).Model.Network;

    private TrainedNetwork FitMulticlass(int width, DenseNetMulticlassTrainer.Options options)
    {
        var view = new GeneratedView(Rows, width, row => Make(width, row), isBoolean: false);
        return _ml.MulticlassClassification.Trainers.DenseNet(options).Fit(_ml.Transforms.Conversion.MapValueToKey("Key", "Label").Fit(view).Transform(view)).Model.Network;
    }
}
