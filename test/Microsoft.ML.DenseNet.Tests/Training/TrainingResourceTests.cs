using System.Diagnostics;
using TorchSharp;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>What trainings leave behind in the process, and what they take from each other.</summary>
[TestClass]
public sealed class TrainingResourceTests
{
    [TestMethod]
    public void FiftyTrainingsLeaveMemoryAsItWas()
    {
        // 1 MB of rows: to keep those of each training would show.
        const int Trainings = 50;
        const long RowBytes = 4000 * 64 * sizeof(float);
        var rows = TrainingPlans.TwoClasses(4000, 64, 1);
        var validation = TrainingPlans.TwoClasses(500, 64, 2);
        var plan = Plan(64, seed: 1) with { NumberOfEpochs = 2, BatchSize = 256 };
        for (int i = 0; i < 10; i++)
            TrainingRun.Train(plan, rows, validation);

        var statistics = DisposeScopeManager.Statistics.TensorStatistics;
        long live = statistics.ThreadTotalLiveCount, tensors = torch.Tensor.TotalCount;
        long managed = GC.GetTotalMemory(forceFullCollection: true), native = PrivateBytes();
        for (int i = 0; i < Trainings; i++)
            TrainingRun.Train(plan, rows, validation);

        long managedGrowth = GC.GetTotalMemory(forceFullCollection: true) - managed, nativeGrowth = PrivateBytes() - native;
        Console.WriteLine($"live {statistics.ThreadTotalLiveCount - live}, tensors {torch.Tensor.TotalCount - tensors}, managed {managedGrowth:N0} bytes, private {nativeGrowth:N0} bytes");
        Assert.AreEqual(live, statistics.ThreadTotalLiveCount);
        Assert.AreEqual(tensors + Trainings, torch.Tensor.TotalCount, "TorchSharp counts a tensor that became a Parameter for ever, though its memory has moved; a training makes one.");
        Assert.IsLessThan(256 * 1024, managedGrowth);
        Assert.IsLessThan(Trainings * RowBytes / 3, nativeGrowth); // allocators keep some of what they get
    }

    [TestMethod]
    public void TrainingsAtOnceGiveTheBitsTheyGiveAlone()
    {
        var rows = TrainingPlans.TwoClasses(300, 6, 1);
        TrainingPlan[] plans = [Plan(6, seed: 1), Plan(6, seed: 2) with { Optimizer = Optimizers.RMSprop() }, Plan(6, seed: 3) with { Optimizer = Optimizers.LBFGS(4), LearningRate = 0.1, NumberOfEpochs = 3 }];
        float[][] alone = [.. plans.Select(plan => TrainingRun.Train(plan, rows, null).Parameters)];
        for (int repeat = 0; repeat < 3; repeat++)
        {
            var together = new float[plans.Length][];
            using var start = new Barrier(plans.Length);
            Thread[] threads = [.. plans.Select((plan, i) => new Thread(() =>
            {
                start.SignalAndWait();
                together[i] = TrainingRun.Train(plan, rows, null).Parameters;
            }))];
            foreach (var thread in threads)
                thread.Start();
            foreach (var thread in threads)
                thread.Join();
            for (int i = 0; i < plans.Length; i++)
                CollectionAssert.AreEqual(alone[i], together[i], $"{plans[i].Optimizer}");
        }
    }

    [TestMethod]
    public void TorchsDefaultTypeChangesNothingAndStays()
    {
        var rows = TrainingPlans.TwoClasses(100, 6, 1);
        var validation = TrainingPlans.TwoClasses(50, 6, 2);
        var found = torch.get_default_dtype();
        float[] expected = TrainingRun.Train(Plan(6, seed: 1), rows, validation).Parameters;
        Assert.AreEqual(found, torch.get_default_dtype());
        try
        {
            torch.set_default_dtype(torch.ScalarType.Float64);
            float[] actual = TrainingRun.Train(Plan(6, seed: 1), rows, validation).Parameters;
            Assert.AreEqual(torch.ScalarType.Float64, torch.get_default_dtype());
            CollectionAssert.AreEqual(expected, actual);
        }
        finally
        {
            torch.set_default_dtype(found);
        }
    }

    private static TrainingPlan Plan(int features, int seed) =>
        TrainingPlans.Plain(
            Layer.Sequential(Layer.Linear(32), Layer.BatchNorm(), Layer.ReLU, Layer.Dropout(0.2f), Layer.Linear(1)),
            features, Losses.BinaryCrossEntropy(), Optimizers.AdamW(), 0.01, 10, seed) with { BatchSize = 32, Shuffle = true, GradientClipNorm = 1 };

    private static long PrivateBytes()
    {
        GC.WaitForPendingFinalizers(); // torch's generators
        using var process = Process.GetCurrentProcess();
        return OperatingSystem.IsLinux() ? process.WorkingSet64 : process.PrivateMemorySize64; // Linux has no private bytes; what is resident comes closest
    }
}
