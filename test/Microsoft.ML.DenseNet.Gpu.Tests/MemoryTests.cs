using Microsoft.ML.DenseNet.Tests;
using TorchSharp;

namespace Microsoft.ML.DenseNet.Gpu.Tests;

/// <summary>Trainings leave nothing behind: no tensor, and on a GPU no memory.</summary>
[TestClass]
public sealed class MemoryTests
{
    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void FiftyTrainingsLeaveMemoryAsItWas(DeviceUnderTest device)
    {
        // 1 MB of rows: to keep those of each training would show.
        device.Require();
        const int Trainings = 50;
        const long MostGrowth = 16 << 20;
        var rows = TrainingPlans.TwoClasses(4000, 64, 1);
        var validation = TrainingPlans.TwoClasses(500, 64, 2);
        var network = Layer.Sequential(Layer.Linear(32), Layer.BatchNorm(), Layer.ReLU, Layer.Dropout(0.2f), Layer.Linear(1));
        var plan = device.Move(TrainingPlans.Plain(network, 64, Losses.BinaryCrossEntropy(), Optimizers.AdamW(), 0.01, 2, 1) with { BatchSize = 256, Shuffle = true, GradientClipNorm = 1 });
        for (int i = 0; i < 5; i++)
            TrainingRun.Train(plan, rows, validation);

        Settle();
        var statistics = DisposeScopeManager.Statistics.TensorStatistics;
        long live = statistics.ThreadTotalLiveCount, tensors = torch.Tensor.TotalCount, used = device.IsGpu ? GpuMemory.Used : 0;
        for (int i = 0; i < Trainings; i++)
            TrainingRun.Train(plan, rows, validation);
        Settle();
        Console.WriteLine($"live {statistics.ThreadTotalLiveCount - live}, tensors {torch.Tensor.TotalCount - tensors}, on the GPU {(device.IsGpu ? GpuMemory.Used - used : 0):N0} bytes");
        Assert.AreEqual(live, statistics.ThreadTotalLiveCount);
        Assert.AreEqual(tensors + Trainings, torch.Tensor.TotalCount, "TorchSharp counts a tensor that became a Parameter for ever; a training makes one.");
        if (device.IsGpu)
            Assert.IsLessThan(MostGrowth, GpuMemory.Used - used, "torch takes a GPU's memory in pieces of 2 and 20 MB");
    }

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void AFailedTrainingLeavesNoTensor(DeviceUnderTest device)
    {
        device.Require();
        var rows = TrainingPlans.TwoClasses(100, 6, 1);
        var plan = device.Move(TrainingPlans.Plain(Layer.Sequential(Layer.Linear(8), Layer.Dropout(0.1f), Layer.Linear(1)), 6, Losses.BinaryCrossEntropy(), Optimizers.AdamW(), 0.01, 5, 1)) with { Observers = [new Interrupter(2)] };
        var statistics = DisposeScopeManager.Statistics.TensorStatistics;
        Assert.ThrowsExactly<InterruptedException>(() => TrainingRun.Train(plan, rows, null));
        Settle();
        long live = statistics.ThreadTotalLiveCount;
        for (int i = 0; i < 5; i++)
            Assert.ThrowsExactly<InterruptedException>(() => TrainingRun.Train(plan with { Observers = [new Interrupter(2)] }, rows, null));
        Settle();
        Assert.AreEqual(live, statistics.ThreadTotalLiveCount);
    }

    private static void Settle()
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
