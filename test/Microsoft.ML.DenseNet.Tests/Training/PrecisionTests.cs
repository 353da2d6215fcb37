using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Tests;

[TestClass]
[DoNotParallelize] // torch's TF32 setting belongs to the process
public sealed class PrecisionTests
{
    private static readonly Layer Network = Layer.Sequential(Layer.Linear(64), Layer.ReLU, Layer.Linear(64), Layer.ReLU, Layer.Linear(1));

    [TestMethod]
    public void BFloat16GradientsOfALinearAreOffByItsRoundingOnly()
    {
        // The loss is linear too, so the gradient of a weight is the sum of target · feature: three roundings of 8 bits in all.
        var loss = Losses.Custom((outputs, targets) => outputs.mul(targets));
        using var scope = NewDisposeScope();
        var layout = new NetworkLayout(Layer.Linear(1), 8);
        using var generator = new Generator(1);
        var features = rand(100, 8, generator: generator);
        var targets = rand(100, 1, generator: generator);
        var network = new TorchNetwork(layout, CPU, 1, Precision.BFloat16);
        loss.Mean(network.Forward(features, training: true), targets, null).backward();
        float[] x = features.data<float>().ToArray(), y = targets.data<float>().ToArray(), gradient = network.CopyGradient();
        for (int i = 0; i < 8; i++)
        {
            double exact = Enumerable.Range(0, 100).Sum(row => (double)y[row] * x[(row * 8) + i]) / 100;
            Assert.AreEqual(exact, gradient[i], 3.1 / 512 * exact);
            Assert.AreNotEqual(exact, gradient[i], 1e-6 * exact, "bfloat16 was used");
        }

        // The bias takes no part in the product.
        Assert.AreEqual(y.Average(), gradient[8], 1e-6);
    }

    [TestMethod]
    public void BFloat16GradientsOfANetworkAreClose()
    {
        var (exactLoss, exact) = Gradient(Precision.Float32);
        var (loss, coarse) = Gradient(Precision.BFloat16);
        double error = 0, size = 0;
        for (int i = 0; i < exact.Length; i++)
        {
            error += Math.Pow(coarse[i] - exact[i], 2);
            size += Math.Pow(exact[i], 2);
        }

        double relative = Math.Sqrt(error / size);
        Console.WriteLine($"gradient off by {relative:P2}, loss by {Math.Abs(loss - exactLoss) / exactLoss:P3}");

        // A rounding is up to 0.2 % of a row's gradient; the rows' gradients largely cancel, the roundings do not.
        Assert.IsLessThan(0.03, relative);
        Assert.IsGreaterThan(1e-4, relative, "bfloat16 was used");
        Assert.AreEqual(exactLoss, loss, 0.005 * exactLoss);
        Assert.AreNotEqual(exactLoss, loss);
    }

    [TestMethod]
    public void WithoutTrainingBFloat16ChangesNothing()
    {
        CollectionAssert.AreEqual(Outputs(Precision.Float32, training: false), Outputs(Precision.BFloat16, training: false));
        CollectionAssert.AreNotEqual(Outputs(Precision.Float32, training: true), Outputs(Precision.BFloat16, training: true));
    }

    [TestMethod]
    public void BFloat16LearnsAsWell()
    {
        var rows = TrainingPlans.TwoClasses(600, 5, 1);
        var plan = TrainingPlans.Plain(Network, 5, Losses.BinaryCrossEntropy(), Optimizers.AdamW(), 0.003, 20, 1) with { BatchSize = 32, Shuffle = true };
        var exact = TrainingRun.Train(plan, rows, TrainingPlans.TwoClasses(600, 5, 2));
        var coarse = TrainingRun.Train(plan with { Precision = Precision.BFloat16 }, rows, TrainingPlans.TwoClasses(600, 5, 2));
        double best = exact.History.Min(epoch => epoch.ValidationLoss!.Value), bestCoarse = coarse.History.Min(epoch => epoch.ValidationLoss!.Value);
        Console.WriteLine($"validation loss {best:F4}, in bfloat16 {bestCoarse:F4}");
        Assert.IsLessThan(0.2, best);
        Assert.AreEqual(best, bestCoarse, 0.02);
        CollectionAssert.AreNotEqual(exact.Parameters, coarse.Parameters);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void TF32IsAllowedWhileTrainingAndThenAsItWas(bool before)
    {
        bool found = backends.cuda.matmul.allow_tf32;
        try
        {
            backends.cuda.matmul.allow_tf32 = before;
            foreach (var precision in Enum.GetValues<Precision>())
            {
                bool? during = null;
                var observer = new EpochCallback(_ => during = backends.cuda.matmul.allow_tf32);
                var plan = TrainingPlans.Plain(Network, 5, Losses.BinaryCrossEntropy(), Optimizers.AdamW(), 0.003, 2, 1) with { Precision = precision, Observers = [observer] };
                TrainingRun.Train(plan, TrainingPlans.TwoClasses(20, 5, 1), null);
                Assert.AreEqual(before || precision == Precision.TensorFloat32, during);
                Assert.AreEqual(before, backends.cuda.matmul.allow_tf32);
            }

            var failing = TrainingPlans.Plain(Network, 5, Losses.BinaryCrossEntropy(), Optimizers.AdamW(), 0.003, 2, 1) with { Precision = Precision.TensorFloat32, CancellationToken = new CancellationToken(canceled: true) };
            Assert.ThrowsExactly<OperationCanceledException>(() => TrainingRun.Train(failing, TrainingPlans.TwoClasses(20, 5, 1), null));
            Assert.AreEqual(before, backends.cuda.matmul.allow_tf32);
        }
        finally
        {
            backends.cuda.matmul.allow_tf32 = found;
        }
    }

    private static (float Loss, float[] Gradient) Gradient(Precision precision)
    {
        using var scope = NewDisposeScope();
        var (network, rows) = Make(precision);
        network.ZeroGradient();
        var loss = Losses.BinaryCrossEntropy().Mean(network.Forward(rows.Features, training: true), rows.Targets, null);
        loss.backward();
        return (loss.item<float>(), network.CopyGradient());
    }

    private static float[] Outputs(Precision precision, bool training)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (network, rows) = Make(precision);
        return network.Forward(rows.Features, training).data<float>().ToArray();
    }

    private static (TorchNetwork Network, TrainingRows Rows) Make(Precision precision)
    {
        var layout = new NetworkLayout(Network, 8);
        var network = new TorchNetwork(layout, CPU, 1, precision);
        network.Load(NetworkInitializer.Initialize(layout, Initialization.PyTorch, 1), []);
        return (network, TrainingRows.From(TrainingPlans.TwoClasses(200, 8, 1), LearningTask.BinaryClassification, CPU, rows => rows));
    }
}
