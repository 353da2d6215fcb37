using Microsoft.ML.DenseNet.Tests;

namespace Microsoft.ML.DenseNet.Gpu.Tests;

/// <summary>Rows on the device, in host memory, sparse, or streamed: the device learns the same from them.</summary>
[TestClass]
public sealed class DataPlacementTests
{
    private static readonly Layer Network = Layer.Sequential(Layer.Linear(8), Layer.Tanh, Layer.Linear(1));

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void RowsOnTheHostTrainAsThoseOnTheDevice(DeviceUnderTest device)
    {
        device.Require();
        var rows = TrainingPlans.TwoClasses(90, 5, 1, weights: true);
        foreach (bool shuffle in (bool[])[true, false])
        {
            var plan = TrainingPlans.Plain(Layer.Sequential(Layer.Standardize, Network), 5, Losses.BinaryCrossEntropy(), Optimizers.AdamW(), 0.01, 6, 1) with { BatchSize = 16, Shuffle = shuffle };
            var cpu = TrainingRun.Train(plan, rows, rows);
            Close.Assert(cpu, TrainingRun.Train(device.Move(plan), rows, rows), 3e-4, "on the device");
            Close.Assert(cpu, TrainingRun.Train(device.Move(plan) with { KeepsRowsOnHost = true }, rows, rows), 3e-4, "on the host");
        }
    }

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void SparseRowsTrainAsOnTheCpu(DeviceUnderTest device)
    {
        device.Require();
        const int Width = 300, Count = 80;
        var random = new Random(1);
        var sparse = RandomSparseRows.Create(random, Count, Width, most: 10);
        float[] labels = [.. Enumerable.Range(0, Count).Select(_ => (float)random.Next(2))], weights = [.. Enumerable.Range(0, Count).Select(_ => 0.5f + random.NextSingle())];
        var rows = new RowSet(Width, true, [new RowBlock(Count, default, labels, weights, sparse)]);
        foreach (var first in (Layer[])[Layer.EmbeddingBag(5), Layer.Linear(5)])
        {
            var plan = TrainingPlans.Plain(Layer.Sequential(first, Layer.Tanh, Layer.Linear(1)), Width, Losses.BinaryCrossEntropy(), Optimizers.AdamW(), 0.01, 4, 1) with { BatchSize = 16, Shuffle = true };
            Close.Assert(TrainingRun.Train(plan, rows, rows), TrainingRun.Train(device.Move(plan), rows, rows), 3e-4, $"{first}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void AStreamTrainsTheModelOfTheCpu(DeviceUnderTest device)
    {
        device.Require();
        var ml = new MLContext(seed: 1);
        var data = DenseNetDatasets.MakeClassification(rows: 500, features: 6, informative: 4, seed: 3).ToDataView(ml);
        foreach (var placement in (DataPlacement[])[DataPlacement.Stream, DataPlacement.Host, DataPlacement.Device])
        {
            float[] expected = Fit(DenseNetDevice.Cpu), actual = Fit(device.Option);
            Close.Assert(expected, actual, 1e-3, $"{placement}");

            float[] Fit(DenseNetDevice where) => ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options
            {
                Network = Network, NumberOfEpochs = 5, BatchSize = 32, DataPlacement = placement, Device = where, Seed = 1, ValidationFraction = 0.2,
            }).Fit(data).Model.Network.Parameters.ToArray();
        }
    }
}
