using Microsoft.ML.TorchSharp.Loss;
using TorchSharp;

namespace Microsoft.ML.DenseNet.BesideTorchSharp.Tests;

/// <summary>Neither library changes what the other does: torch's generator, threads and device belong to the whole process.</summary>
[TestClass]
public sealed class NoDisturbanceTests
{
    [TestMethod]
    [DataRow(nameof(Rows.Train))]
    [DataRow(nameof(Rows.TrainInTorch))]
    [DataRow(nameof(Rows.TrainDefault))]
    public void Ours_gives_the_same_model_after_theirs_has_run(string training)
    {
        Func<IDataView, DenseNetBinaryTransformer> train = training switch
        {
            nameof(Rows.Train) => Rows.Train,
            nameof(Rows.TrainInTorch) => Rows.TrainInTorch,
            _ => Rows.TrainDefault,
        };
        var rows = Rows.Binary(new MLContext(seed: 1));
        float[] before = Rows.Scores(train(rows), rows);
        RunTheirs(seed: 7);
        float[] after = Rows.Scores(train(rows), rows);
        CollectionAssert.AreEqual(before, after);
    }

    [TestMethod]
    public void Theirs_gives_the_same_numbers_after_ours_has_trained()
    {
        var rows = Rows.Binary(new MLContext(seed: 1));
        torch.random.manual_seed(7);
        double[] first = Their(count: 2, () => { });

        torch.random.manual_seed(7);
        double[] second = Their(count: 2, () =>
        {
            Rows.Train(rows);
            Rows.TrainInTorch(rows);
        });
        CollectionAssert.AreEqual(first, second);
    }

    [TestMethod]
    public void Ours_leaves_torch_s_threads_gradients_and_types_as_they_were()
    {
        var rows = Rows.Binary(new MLContext(seed: 1));
        int threads = torch.get_num_threads(), between = torch.get_num_interop_threads();
        Rows.TrainInTorch(rows);
        Assert.AreEqual(threads, torch.get_num_threads());
        Assert.AreEqual(between, torch.get_num_interop_threads());
        Assert.IsTrue(torch.is_grad_enabled());
        Assert.AreEqual(torch.float32, torch.get_default_dtype());
        Assert.AreEqual(DeviceType.CPU, torch.get_default_device().type);
    }

    /// <summary>The library's focal loss of random numbers, several in a row, with something else between them.</summary>
    private static double[] Their(int count, Action between)
    {
        var losses = new List<double>();
        for (int step = 0; step < count; step++)
        {
            losses.Add(RunTheirs(seed: null));
            between();
        }

        return [.. losses];
    }

    /// <summary>Code of Microsoft.ML.TorchSharp on torch's random numbers: the loss of its object detection, forward and backward.</summary>
    private static double RunTheirs(int? seed)
    {
        if (seed is { } number)
            torch.random.manual_seed(number);
        using var scope = torch.NewDisposeScope();
        using var loss = new FocalLoss();
        var classifications = torch.rand(1, 6, 2, requires_grad: true);
        var regressions = torch.randn(1, 6, 4, requires_grad: true);
        var anchors = torch.tensor(new float[,,] { { { 0, 0, 8, 8 }, { 8, 0, 16, 8 }, { 0, 8, 8, 16 }, { 8, 8, 16, 16 }, { 4, 4, 12, 12 }, { 0, 0, 16, 16 } } });
        var annotations = torch.tensor(new long[,,] { { { 0, 0, 8, 8, 1 } } });
        var value = loss.forward(classifications, regressions, anchors, annotations);
        value.backward();
        Assert.IsTrue(classifications.grad!.isfinite().all().item<bool>());
        return value.item<double>();
    }
}
