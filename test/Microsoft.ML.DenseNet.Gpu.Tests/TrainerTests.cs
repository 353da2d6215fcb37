using Microsoft.ML.DenseNet.Tests;
using TorchSharp;

namespace Microsoft.ML.DenseNet.Gpu.Tests;

/// <summary>ML.NET's trainers on the device, and their models, which predict on the CPU in managed code.</summary>
[TestClass]
public sealed class TrainerTests
{
    private static readonly MLContext Ml = new(seed: 1);

    private static readonly IDataView Classes = DenseNetDatasets.MakeClassification(rows: 300, features: 8, informative: 5, separation: 1.5, seed: 3).ToDataView(Ml);

    private static readonly IDataView ManyClasses = DenseNetDatasets.MakeClassification(rows: 300, features: 8, informative: 6, classes: 3, separation: 3, seed: 3).ToDataView(Ml);

    private static readonly IDataView Numbers = DenseNetDatasets.MakeRegression(rows: 300, features: 8, informative: 5, noise: 5, seed: 3).ToDataView(Ml);

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void TheDefaultNetworkPredictsAsWell(DeviceUnderTest device) =>
        CompareQuality(device, members: 1, binaryEpochs: 4, multiclassEpochs: 8, regressionEpochs: 24);

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void TheDefaultEnsemblePredictsAsWell(DeviceUnderTest device) =>
        CompareQuality(device, members: 2, binaryEpochs: 2, multiclassEpochs: 3, regressionEpochs: 5);

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void TheFoldsOfTheDefaultNetworkAreAveraged(DeviceUnderTest device)
    {
        device.Require();
        var options = new DenseNetBinaryTrainer.Options { NumberOfEpochs = 2, Device = device.Option, Seed = 1 };
        var model = Ml.BinaryClassification.Trainers.DenseNet(options).Fit(Classes);
        Assert.IsGreaterThan(1, model.Model.Network.History.Networks);
        Assert.IsGreaterThan(0.9, Ml.BinaryClassification.Evaluate(model.Transform(Classes)).AreaUnderRocCurve);
    }

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void NamedNetworksAndEnsemblesAreThoseOfTheCpu(DeviceUnderTest device)
    {
        device.Require();
        foreach (int members in (int[])[1, 3])
        {
            foreach (var network in (Layer[])[Layer.Sequential(Layer.Linear(8), Layer.Tanh), Layer.Sequential(Layer.Linear(8), Layer.BatchNorm(), Layer.SiLU)])
            {
                if (members > 1 && network.ToString().Contains("BatchNorm", StringComparison.Ordinal))
                    continue; // ensembles refuse it
                TrainedNetwork Fit(DenseNetDevice where) => Ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options
                {
                    Network = network, EnsembleSize = members, NumberOfEpochs = 4, BatchSize = 50, LearningRate = 0.05, Device = where, Seed = 1, ValidationFraction = 0.2,
                    Optimizer = Optimizers.SGD(0.9), // Adam would enlarge the rounding errors that are the gradient of a bias before BatchNorm
                }).Fit(Classes).Model.Network;
                TrainedNetwork expected = Fit(DenseNetDevice.Cpu), actual = Fit(device.Option);
                Close.Assert(expected.Parameters.ToArray(), actual.Parameters.ToArray(), 1e-3, $"{members} of {network}");
                Close.Assert(expected.Buffers.ToArray(), actual.Buffers.ToArray(), 1e-3, $"{members} of {network}, buffers");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void AModelTrainedThereIsSavedAndPredictsOnTheCpu(DeviceUnderTest device)
    {
        device.Require();
        var model = Ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options
        {
            Network = Layer.Sequential(Layer.Linear(16), Layer.BatchNorm(), Layer.ReLU, Layer.Dropout(0.2f)), NumberOfEpochs = 5, Device = device.Option, Seed = 1,
        }).Fit(Classes);
        using var folder = new TemporaryFolder();
        Ml.Model.Save(model, Classes.Schema, folder["model.zip"]);
        var loaded = new MLContext().Model.Load(folder["model.zip"], out _);
        float[] expected = Scores(model), actual = Scores(loaded);
        CollectionAssert.AreEqual(expected, actual);

        // And as torch computes them there.
        var network = model.Model.Network;
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        using var torchNetwork = new TorchNetwork(network.Layout, device.Torch, seed: 0, isOnHost: false);
        torchNetwork.Load(network.Parameters.ToArray(), network.Buffers.ToArray());
        float[][] features = [.. Microsoft.ML.Data.ColumnCursorExtensions.GetColumn<float[]>(Classes, "Features")];
        var rows = torch.tensor([.. features.SelectMany(row => row)], [features.Length, features[0].Length]).to(device.Torch);
        Close.Assert(torchNetwork.Forward(rows, training: false).cpu().data<float>().ToArray(), actual, 1e-5, "scores");
    }

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void AModuleTrainsThereAndPredictsOnTheCpu(DeviceUnderTest device)
    {
        device.Require();
        float[] Fit(DenseNetDevice where) => Scores(Ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options
        {
            Module = inputs => new FunkyNetwork(inputs, 1), ModuleName = "GpuFunky", NumberOfEpochs = 5, LearningRate = 0.01, Device = where, Seed = 1,
        }).Fit(Classes));
        Close.Assert(Fit(DenseNetDevice.Cpu), Fit(device.Option), 2e-3, "scores");
    }

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void ObserversSeeWeightsAndGradients(DeviceUnderTest device)
    {
        device.Require();
        List<float> Fit(DenseNetDevice where)
        {
            var seen = new List<float>();
            Ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options
            {
                Network = Layer.Sequential(Layer.Linear(6), Layer.Tanh), NumberOfEpochs = 4, LearningRate = 0.01, Device = where, Seed = 1,
                Progress = progress =>
                {
                    seen.AddRange(progress.TakeSnapshot().Parameters.ToArray());
                    seen.AddRange(progress.TakeGradients().SelectMany(gradient => gradient.Values.ToArray()));
                    seen.Add((float)progress.Latest!.GradientNorm!.Value);
                },
            }).Fit(Numbers);
            return seen;
        }

        Close.Assert(Fit(DenseNetDevice.Cpu), Fit(device.Option), 1e-3, "seen");
    }

    /// <summary>Compares AUC, accuracy and R². Dropout draws other numbers on a device, so the networks differ, and only their quality can be compared.</summary>
    private static void CompareQuality(DeviceUnderTest device, int members, int binaryEpochs, int multiclassEpochs, int regressionEpochs)
    {
        device.Require();
        Compare("binary", where => Ml.BinaryClassification.Evaluate(Ml.BinaryClassification.Trainers.DenseNet(Options<DenseNetBinaryTrainer.Options>(where, binaryEpochs)).Fit(Classes).Transform(Classes)).AreaUnderRocCurve);
        Compare("multiclass", where => Ml.MulticlassClassification.Evaluate(Ml.MulticlassClassification.Trainers.DenseNet(Options<DenseNetMulticlassTrainer.Options>(where, multiclassEpochs)).Fit(ManyClasses).Transform(ManyClasses)).MacroAccuracy);
        Compare("regression", where => Ml.Regression.Evaluate(Ml.Regression.Trainers.DenseNet(Options<DenseNetRegressionTrainer.Options>(where, regressionEpochs)).Fit(Numbers).Transform(Numbers)).RSquared);

        void Compare(string task, Func<DenseNetDevice, double> quality)
        {
            double cpu = quality(DenseNetDevice.Cpu), other = quality(device.Option);
            Console.WriteLine($"{task}: {cpu:F4} on the CPU, {other:F4} on {device}");
            Assert.IsGreaterThan(0.85, cpu, task);
            Assert.AreEqual(cpu, other, 0.04, task);
        }

        TOptions Options<TOptions>(DenseNetDevice where, int epochs)
            where TOptions : DenseNetOptions, new() => new() { Device = where, Seed = 1, EnsembleSize = members, NumberOfEpochs = epochs, BatchSize = 48, ValidationFraction = 0.2 };
    }

    private static float[] Scores(ITransformer model) => [.. Microsoft.ML.Data.ColumnCursorExtensions.GetColumn<float>(model.Transform(Classes), "Score")];
}
