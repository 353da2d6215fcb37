using Microsoft.ML.DenseNet.Tests;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Gpu.Tests;

/// <summary>Dropout on a device, whose numbers are hashed there: their distribution, and that every device draws the same.</summary>
[TestClass]
public sealed class DropoutTests
{
    private const int Rows = 200, Width = 1000;

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void ItKeepsTheShareAndTheMean(DeviceUnderTest device)
    {
        device.Require();
        foreach (float p in (float[])[0.01f, 0.1f, 0.5f, 0.9f])
        {
            using var scope = NewDisposeScope();
            using var network = new TorchNetwork(new NetworkLayout(Layer.Dropout(p), Width), device.Torch, seed: 4, isOnHost: false);
            var input = ones(Rows, Width, device: device.Torch);
            float[] outputs = network.Forward(input, training: true).cpu().data<float>().ToArray();
            AssertShare(p, outputs.Count(value => value == 0) / (double)outputs.Length, outputs.Length);
            Assert.IsTrue(outputs.All(value => value == 0 || Math.Abs(value - (1 / (1 - p))) < 1e-5));
            Assert.IsTrue(network.Forward(input, training: false).cpu().data<float>().ToArray().All(value => value == 1));
        }
    }

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void DrawsAreIndependentOfTheirNeighboursAndOfEachOther(DeviceUnderTest device)
    {
        device.Require();
        using var scope = NewDisposeScope();
        using var noise = new HashNoise(1, device.Torch);
        using var other = new HashNoise(2, device.Torch);
        float[] first = Draw(noise), second = Draw(noise), elsewhere = Draw(other);
        const double Both = 0.3 * 0.3;
        foreach (int distance in (int[])[1, 2, 3, 64, 128, 1000, 1024, 65536])
            AssertShare(Both, Enumerable.Range(distance, first.Length - distance).Count(i => first[i] == 0 && first[i - distance] == 0) / (double)(first.Length - distance), first.Length - distance);
        AssertShare(Both, first.Zip(second).Count(pair => pair is (0, 0)) / (double)first.Length, first.Length);
        AssertShare(Both, first.Zip(elsewhere).Count(pair => pair is (0, 0)) / (double)first.Length, first.Length);

        // Seven values next to each other: each of the 128 patterns as often as its probability says (chi-square, 127 degrees of freedom).
        int[] counts = new int[128];
        for (int i = 0; i + 7 <= first.Length; i += 7)
            counts[Enumerable.Range(0, 7).Sum(bit => first[i + bit] == 0 ? 1 << bit : 0)]++;
        double total = counts.Sum();
        double chiSquare = Enumerable.Range(0, 128).Sum(pattern =>
        {
            int dropped = int.PopCount(pattern);
            double expected = total * Math.Pow(0.3, dropped) * Math.Pow(0.7, 7 - dropped);
            return Math.Pow(counts[pattern] - expected, 2) / expected;
        });
        Assert.IsLessThan(127 + (5 * Math.Sqrt(2 * 127)), chiSquare);

        float[] Draw(HashNoise source) => source.Draw(empty(Rows, Width, device: device.Torch), 0.7).cpu().data<float>().ToArray();
    }

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void EveryDeviceDrawsWhatTheFormulaSays(DeviceUnderTest device)
    {
        device.Require();
        using var scope = NewDisposeScope();
        using var noise = new HashNoise(5, device.Torch);
        ulong seed = Mix(5 ^ 0x9E3779B97F4A7C15UL);
        foreach (var (draw, shape) in new[] { (0UL, new long[] { 3, 40 }), (1UL, [50, 7]), (2UL, [11]) })
        {
            float[] actual = noise.Draw(empty(shape, device: device.Torch), 0.6).cpu().data<float>().ToArray();
            ulong key = Mix(seed + (draw * 0x9E3779B97F4A7C15));
            float[] expected = [.. Enumerable.Range(0, actual.Length).Select(i => (long)Hash(((ulong)i * 0x9E3779B97F4A7C15) + key) < (long)(0.1 * Math.Pow(2, 64)) ? 1f : 0)];
            Assert.IsTrue(expected.Contains(0) && expected.Contains(1));
            CollectionAssert.AreEqual(expected, actual, $"draw {draw}");
        }

        static ulong Hash(ulong x)
        {
            foreach (ulong factor in (ulong[])[0xBF58476D1CE4E5B9, 0x94D049BB133111EB])
                x = (x ^ (ulong)((long)x >> 32)) * factor;
            return x;
        }

        static ulong Mix(ulong x)
        {
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
            return x ^ (x >> 31);
        }
    }

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void ANetworkWithDropoutLearns(DeviceUnderTest device)
    {
        device.Require();
        var network = Layer.Sequential(Layer.Linear(32), Layer.ReLU, Layer.Dropout(0.3f), Layer.Linear(1));
        var plan = TrainingPlans.Plain(network, 5, Losses.BinaryCrossEntropy(), Optimizers.AdamW(), 0.01, epochs: 15, seed: 1) with { BatchSize = 32, Shuffle = true, DropoutSchedule = Schedules.FlatCosine };
        var rows = TrainingPlans.TwoClasses(500, 5, 1);
        var validation = TrainingPlans.TwoClasses(500, 5, 2);
        double expected = TrainingRun.Train(plan, rows, validation).History.Min(epoch => epoch.ValidationLoss!.Value);
        var trained = TrainingRun.Train(device.Move(plan), rows, validation);
        Assert.AreEqual(expected, trained.History.Min(epoch => epoch.ValidationLoss!.Value), 0.03);
        Assert.IsLessThan(0.2, expected);
        Close.Assert(trained, TrainingRun.Train(device.Move(plan), rows, validation), device.IsGpu ? 1e-3 : 0, "the same seed");
    }

    /// <summary>Within five standard deviations of the share.</summary>
    private static void AssertShare(double expected, double actual, int count) => Assert.AreEqual(expected, actual, 5 * Math.Sqrt(expected * (1 - expected) / count));
}
