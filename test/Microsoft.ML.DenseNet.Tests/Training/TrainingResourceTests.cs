using System.Diagnostics;
using TorchSharp;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>What trainings leave behind in the process, and what they take from each other.</summary>
[TestClass]
public sealed class TrainingResourceTests
{
    [TestMethod]
    [DataRow(true, Precision.Float32)]
    [DataRow(false, Precision.Float32)]
    [DataRow(false, Precision.BFloat16)]
    public void FiftyTrainingsLeaveMemoryAsItWas(bool isHost, Precision precision)
    {
        // 1 MB of rows: to keep those of each training would show.
        const int Trainings = 50;
        const long ManagedBound = 256 * 1024, NativeBound = Trainings * (4000L * 64 * sizeof(float)) / 3; // allocators keep some of what they get
        var rows = TrainingPlans.TwoClasses(4000, 64, 1);
        var validation = TrainingPlans.TwoClasses(500, 64, 2);
        var plan = (isHost ? HostPlan(64, seed: 1) : Plan(64, seed: 1)) with { NumberOfEpochs = 2, BatchSize = 256, Precision = precision };
        Assert.AreEqual(isHost, HostEngine.Supports(plan));
        for (int i = 0; i < 10; i++)
            TrainingRun.Train(plan, rows, validation);

        Settle();
        var statistics = DisposeScopeManager.Statistics.TensorStatistics;
        long live = statistics.ThreadTotalLiveCount, tensors = torch.Tensor.TotalCount;

        // What is kept grows in every round. What else the process does, earlier tests' garbage above all, shows in some.
        long managedGrowth = long.MaxValue, nativeGrowth = long.MaxValue;
        for (int round = 1; round <= 4; round++)
        {
            var (managed, native) = Settle();
            for (int i = 0; i < Trainings; i++)
                TrainingRun.Train(plan, rows, validation);
            var (managedAfter, nativeAfter) = Settle();
            managedGrowth = Math.Min(managedGrowth, managedAfter - managed);
            nativeGrowth = Math.Min(nativeGrowth, nativeAfter - native);
            Console.WriteLine($"live {statistics.ThreadTotalLiveCount - live}, tensors {torch.Tensor.TotalCount - tensors}, managed {managedAfter - managed:N0} bytes, private {nativeAfter - native:N0} bytes");
            Assert.AreEqual(live, statistics.ThreadTotalLiveCount);
            Assert.AreEqual(tensors + (round * Trainings), torch.Tensor.TotalCount, "TorchSharp counts a tensor that became a Parameter for ever, though its memory has moved; a training makes one.");
            if (managedGrowth < ManagedBound && nativeGrowth < NativeBound)
                return;
        }

        Assert.IsLessThan(ManagedBound, managedGrowth);
        Assert.IsLessThan(NativeBound, nativeGrowth);
    }

    [TestMethod]
    public void ATrainingThatCannotBeginLeavesNoThreads()
    {
        const int Trainings = 20, Threads = 4;
        var rows = TrainingPlans.TwoClasses(100, 6, 1);
        var plan = TrainingPlans.Plain(Layer.Sequential(Layer.Linear(8), Layer.ReLU, Layer.Linear(1)), 6, Losses.BinaryCrossEntropy(), Optimizers.Custom((_, _, _) => null!), 0.01, 1, 1) with { NumberOfThreads = Threads };
        Assert.IsTrue(HostEngine.Supports(plan));
        Assert.ThrowsExactly<InvalidOperationException>(() => TrainingRun.Train(plan, rows, null)); // the first makes torch's threads
        int before = ThreadCount();
        for (int i = 0; i < Trainings; i++)
            Assert.ThrowsExactly<InvalidOperationException>(() => TrainingRun.Train(plan, rows, null));
        Assert.IsLessThan(before + Trainings, ThreadCount(), $"each training has {Threads - 1} threads of its own");

        static int ThreadCount()
        {
            using var process = Process.GetCurrentProcess();
            return process.Threads.Count;
        }
    }

    [TestMethod]
    public void TrainingsAtOnceGiveTheBitsTheyGiveAlone()
    {
        var rows = TrainingPlans.TwoClasses(300, 6, 1);
        TrainingPlan[] plans =
        [
            Plan(6, seed: 1), Plan(6, seed: 2) with { Optimizer = Optimizers.RMSprop() }, Plan(6, seed: 3) with { Optimizer = Optimizers.LBFGS(4), LearningRate = 0.1, NumberOfEpochs = 3 }, Plan(6, seed: 4) with { Precision = Precision.BFloat16 },
            HostPlan(6, seed: 5), HostPlan(6, seed: 6) with { Optimizer = Optimizers.RMSprop(), NumberOfThreads = 2 }, HostPlan(6, seed: 7) with { Loss = Losses.Custom((x, y) => (x - y).pow(2)) }, // torch's
        ];
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
                CollectionAssert.AreEqual(alone[i], together[i], $"{plans[i].Optimizer} in {plans[i].Precision}");
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

    /// <summary>A plan of which torch computes the gradients.</summary>
    private static TrainingPlan Plan(int features, int seed) =>
        TrainingPlans.Plain(
            Layer.Sequential(Layer.Linear(32), Layer.BatchNorm(), TorchOnly.Layer, Layer.ReLU, Layer.Dropout(0.2f), Layer.Linear(1)),
            features, Losses.BinaryCrossEntropy(), Optimizers.AdamW(), 0.01, 10, seed) with { BatchSize = 32, Shuffle = true, GradientClipNorm = 1 };

    /// <summary>A plan whose gradients are not torch's, on several threads.</summary>
    private static TrainingPlan HostPlan(int features, int seed)
    {
        var layout = new NetworkLayout(Layer.Sequential(Layer.Linear(32), Layer.ReLU, Layer.Dropout(0.2f), Layer.Linear(1)), features);
        return Plan(features, seed) with { Layout = layout, Buffers = [], NumberOfThreads = 3 };
    }

    /// <summary>Managed bytes in use, and others that the process holds, once all that can be freed is.</summary>
    private static (long Managed, long Native) Settle()
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers(); // torch's generators
        }

        GC.Collect();
        using var process = Process.GetCurrentProcess();
        long held = OperatingSystem.IsLinux() ? process.WorkingSet64 : process.PrivateMemorySize64; // on Linux the latter is address space
        return (GC.GetTotalMemory(forceFullCollection: true), held - GC.GetGCMemoryInfo().TotalCommittedBytes);
    }
}
