namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The search for the factor on a classifier's outputs, of which epochs and the model both are judged.</summary>
[TestClass]
public sealed class CalibrationTests
{
    private const long Many = 1_000_000_000; // rows that leave no doubt

    [TestMethod]
    [DataRow(0.11)]
    [DataRow(0.9)]
    [DataRow(1.0)]
    [DataRow(9.5)]
    public void FindsTheMinimum(double best)
    {
        int asked = 0;
        var (factor, loss) = Calibration.Best(factor =>
        {
            asked++;
            return 3 + Math.Pow(factor - best, 2);
        }, Many);
        Assert.AreEqual(best, factor, 1e-4);
        Assert.AreEqual(3, loss, 1e-7);
        Assert.IsLessThan(31, asked, "each point is asked for once");
    }

    [TestMethod]
    public void StaysInItsRange()
    {
        Assert.AreEqual(Calibration.Minimum, Calibration.Best(factor => factor, Many).Factor, 1e-4);
        Assert.AreEqual(Calibration.Maximum, Calibration.Best(factor => -factor, Many).Factor, 1e-4);
    }

    [TestMethod]
    [DataRow(10)]
    [DataRow(300)]
    [DataRow(100_000)]
    public void RowsThatAreAllRightDoNotMakeItInfinite(int rows)
    {
        // Each row's loss is ln(1 + exp(−2 factor)), which only falls: where the slope of all of them is 3 (1 − 1 / factor), it ends.
        double factor = Calibration.Best(factor => Math.Log(1 + Math.Exp(-2 * factor)), rows).Factor;
        Assert.AreEqual(3 * (1 - (1 / factor)), rows * 2 / (1 + Math.Exp(2 * factor)), 0.01);
        Assert.IsLessThan(6, factor);
    }

    [TestMethod]
    [DataRow(Precision.Float32)]
    [DataRow(Precision.BFloat16)] // which is torch's
    public void EpochsAreJudgedByTheFactorThatTheModelWouldGet(Precision precision)
    {
        // The outputs are 9 times too large: the range must reach below 1/8.
        const int Rows = 2000;
        const float Weight = 10;
        var random = new Random(1);
        float[] features = [.. Enumerable.Range(0, Rows).Select(_ => (float)(2 * RandomNetworks.Normal(random)))];
        float[] labels = [.. features.Select(x => random.NextDouble() < 1 / (1 + Math.Exp(-1.1 * x)) ? 1f : 0f)];
        var rows = new RowSet(1, false, [new RowBlock(Rows, features, labels, default)]);
        var plan = TrainingPlans.Plain(Layer.Linear(1, bias: false), 1, Losses.BinaryCrossEntropy(), Optimizers.SGD(), 0, 1, 1) with
        {
            Parameters = [Weight],
            CalibratesValidation = true,
            Precision = precision,
        };
        Assert.AreEqual(precision == Precision.Float32, HostEngine.Supports(plan));
        var result = TrainingRun.Train(plan, rows, rows);

        double MeanLoss(double factor) => features.Zip(labels).Average(row => Math.Log(1 + Math.Exp((row.Second == 1 ? -1 : 1) * factor * Weight * row.First)));
        double best = Enumerable.Range(100, 200).Min(i => MeanLoss(i / 1000.0));
        Assert.IsGreaterThan(best + 1e-4, MeanLoss(0.125), "the case tells the ranges apart");
        Assert.AreEqual(best, result.History[0].ValidationLoss!.Value, 2e-5);
        var fold = FoldResult.Of(new TrainedNetwork(plan.Layout, [Weight], [], result.History), rows);
        Assert.AreEqual(best, MeanLoss(FoldCalibration.Fit([fold])), 2e-5);
    }
}
