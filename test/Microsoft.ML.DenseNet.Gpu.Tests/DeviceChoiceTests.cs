using Microsoft.ML.Runtime;
using TorchSharp;

namespace Microsoft.ML.DenseNet.Gpu.Tests;

/// <summary>How <c>GpuDeviceId</c>, <c>FallbackToCpu</c> and the option choose a device, with a GPU and without.</summary>
[TestClass]
public sealed class DeviceChoiceTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly List<(ChannelMessageKind Kind, string Text)> _log = [];

    public DeviceChoiceTests() => _ml.Log += (_, entry) => _log.Add((entry.Kind, entry.RawMessage));

    [TestMethod]
    public void AnIdThatNoGpuHasFallsBackIfAllowed()
    {
        _ml.GpuDeviceId = torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        _ml.FallbackToCpu = true;
        float[] weights = Fit(DenseNetDevice.Auto);
        Assert.IsTrue(_log.Exists(entry => entry.Kind == ChannelMessageKind.Warning && entry.Text.Contains("training on the CPU", StringComparison.Ordinal)));
        Assert.IsTrue(_log.Exists(entry => entry.Text.EndsWith("on cpu.", StringComparison.Ordinal)));
        CollectionAssert.AreEqual(Fit(DenseNetDevice.Cpu), weights);

        _ml.FallbackToCpu = false;
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(DenseNetDevice.Auto));
        StringAssert.Contains(exception.Message, "FallbackToCpu", StringComparison.Ordinal);
    }

    [TestMethod]
    public void AGpuOfTheOptionDoesNotFallBack()
    {
        _ml.FallbackToCpu = true;
        int missing = torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(DenseNetDevice.Cuda(missing)));
        StringAssert.Contains(exception.Message, $"Cuda({missing})", StringComparison.Ordinal);
    }

    [TestMethod]
    public void TheGpuThatTheContextNamesIsUsed()
    {
        new DeviceUnderTest("Cuda", DenseNetDevice.Cuda()).Require();
        _ml.GpuDeviceId = 0;
        foreach (bool fallback in (bool[])[true, false])
        {
            _log.Clear();
            _ml.FallbackToCpu = fallback;
            float[] weights = Fit(DenseNetDevice.Auto);
            Assert.IsTrue(_log.Exists(entry => entry.Text.EndsWith("on cuda:0.", StringComparison.Ordinal)));
            Assert.IsFalse(_log.Exists(entry => entry.Kind == ChannelMessageKind.Warning));
            Close.Assert(Fit(DenseNetDevice.Cpu), weights, 1e-3, "weights");
        }
    }

    [TestMethod]
    public void TheInternalDeviceIsTorchs()
    {
        // Torch computes there what the library would, and in another order: the last bits tell.
        float[] managed = Fit(DenseNetDevice.Cpu), torchs = Fit(DenseNetDevice.TorchCpu);
        CollectionAssert.AreNotEqual(managed, torchs);
        Close.Assert(managed, torchs, 1e-3, "weights");
    }

    private float[] Fit(DenseNetDevice device)
    {
        var data = DenseNetDatasets.MakeClassification(rows: 200, features: 6, informative: 4, seed: 3).ToDataView(_ml);
        return _ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { HiddenUnits = [8], NumberOfEpochs = 4, Device = device, Seed = 1 }).Fit(data).Model.Network.Parameters.ToArray();
    }
}
