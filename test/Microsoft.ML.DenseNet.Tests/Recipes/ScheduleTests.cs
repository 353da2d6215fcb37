namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Schedules against PyTorch's recurrences and formulas, worked out another way.</summary>
[TestClass]
public sealed class ScheduleTests
{
    private const int StepsPerEpoch = 5;
    private const int Epochs = 20;
    private const int Total = StepsPerEpoch * Epochs;

    [TestMethod]
    public void ConstantStays() => Assert.IsTrue(Run(Schedules.Constant).All(factor => factor == 1));

    [TestMethod]
    public void StepMultipliesEveryFewEpochs()
    {
        double[] factors = Run(Schedules.Step(3, 0.5));
        double expected = 1;
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            if (epoch > 0 && epoch % 3 == 0)
                expected *= 0.5;
            Assert.AreEqual(expected, factors[epoch * StepsPerEpoch + 2], 1e-12);
        }
    }

    [TestMethod]
    public void ExponentialMultipliesEveryEpoch()
    {
        double[] factors = Run(Schedules.Exponential(0.9));
        for (int epoch = 1; epoch < Epochs; epoch++)
            Assert.AreEqual(0.9, factors[epoch * StepsPerEpoch] / factors[(epoch - 1) * StepsPerEpoch], 1e-12);
    }

    [TestMethod]
    public void InverseTimeHalvesAfterItsSteps()
    {
        double[] factors = Run(Schedules.InverseTime(4));
        for (int step = 0; step < factors.Length; step++)
            Assert.AreEqual(4.0 / (4 + step), factors[step], 1e-12);
        double[] warm = Run(Schedules.InverseTime(4, warmup: 3));
        Assert.AreEqual(factors[0] / 3, warm[0], 1e-12);
        Assert.AreEqual(factors[1] * 2 / 3, warm[1], 1e-12);
        CollectionAssert.AreEqual(factors[2..], warm[2..]);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Schedules.InverseTime(0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Schedules.InverseTime(warmup: -1));
    }

    [TestMethod]
    public void CosineLogHasFourWavesEachTwiceAsLong()
    {
        // With 15 epochs in shares of 1, 2, 4 and 8, zeros lie at epochs 0, 1, 3, 7 and 15, and peaks where 15 t + 1 = 2^(n + 1/2).
        var factor = Schedules.CosineLog().Start();
        double At(double share) => factor(new SchedulePoint((long)Math.Round(share * 15_000_000), 15_000_000, 0, 15, null));
        foreach (int zero in (int[])[0, 1, 3, 7])
            Assert.AreEqual(0, At(zero / 15.0), 1e-9, $"epoch {zero}");
        for (int wave = 0; wave < 4; wave++)
            Assert.AreEqual(1, At((Math.Pow(2, wave + 0.5) - 1) / 15), 1e-9, $"wave {wave}");
    }

    [TestMethod]
    public void FlatCosineStaysThenFalls()
    {
        double[] factors = Run(Schedules.FlatCosine);
        Assert.IsTrue(factors.Take(Total / 2).All(factor => factor == 1));
        Assert.AreEqual(0.5, factors[Total * 3 / 4], 1e-12);
        Assert.AreEqual(Math.Pow(Math.Sin(Math.PI / Total), 2), factors[Total - 1], 1e-12);
    }

    [TestMethod]
    public void CosineWarmsUpAndFalls()
    {
        double[] factors = Run(Schedules.Cosine(warmup: 0.1, minimum: 0.05));
        for (int step = 0; step < 10; step++)
            Assert.AreEqual((step + 1) / 10.0, factors[step], 1e-12);
        Assert.AreEqual(1, factors[10], 1e-12);
        Assert.AreEqual((1 + 0.05) / 2, factors[55], 1e-12); // half way down
        for (int step = 11; step < Total; step++)
            Assert.IsLessThan(factors[step - 1], factors[step]);
        Assert.AreEqual(0.05 + 0.95 * (1 + Math.Cos(Math.PI * 89 / 90)) / 2, factors[^1], 1e-12);
    }

    [TestMethod]
    public void OneCycleHasPyTorchsCorners()
    {
        // OneCycleLR(max_lr, total_steps=100): start max/25 at step 0, max at step 29, max/25e4 at step 99.
        double[] factors = Run(Schedules.OneCycle());
        Assert.AreEqual(1 / 25.0, factors[0], 1e-12);
        Assert.AreEqual(1, factors[29], 1e-12);
        Assert.AreEqual(1 / 25e4, factors[99], 1e-12);
        Assert.AreEqual((1 + 1 / 25e4) / 2, factors[64], 1e-9); // half way between 29 and 99
    }

    [TestMethod]
    [DataRow(0.1, 10)] // the first step is the peak
    [DataRow(0.5, 2)]
    [DataRow(0.25, 4)]
    [DataRow(0.01, 10)] // the peak would lie before the first step
    [DataRow(0.3, 1)]
    public void OneCycleOfFewStepsStaysARate(double rise, int steps)
    {
        var factor = Schedules.OneCycle(rise).Start();
        double[] factors = [.. Enumerable.Range(0, steps).Select(step => factor(new SchedulePoint(step, steps, 0, 1, null)))];
        Assert.IsTrue(factors.All(value => value is > 0 and <= 1), string.Join(", ", factors));
        if (rise * steps == 1)
            Assert.AreEqual(1, factors[0], 1e-12);
    }

    [TestMethod]
    public void PlateauReducesAfterPatience()
    {
        // The loss falls for 4 epochs and then stays: with patience 2 the third epoch without progress reduces.
        double[] factors = Run(Schedules.ReduceOnPlateau(factor: 0.1, patience: 2, minimum: 0.005), epoch => epoch < 4 ? 1.0 - epoch * 0.1 : 0.7);
        double FactorInEpoch(int epoch) => factors[epoch * StepsPerEpoch];
        for (int epoch = 0; epoch <= 6; epoch++)
            Assert.AreEqual(1, FactorInEpoch(epoch), $"epoch {epoch}");
        for (int epoch = 7; epoch <= 9; epoch++)
            Assert.AreEqual(0.1, FactorInEpoch(epoch), 1e-12, $"epoch {epoch}");
        for (int epoch = 10; epoch <= 12; epoch++)
            Assert.AreEqual(0.01, FactorInEpoch(epoch), 1e-12, $"epoch {epoch}");
        Assert.AreEqual(0.005, FactorInEpoch(13), 1e-12);
        Assert.AreEqual(0.005, FactorInEpoch(Epochs - 1), 1e-12);
    }

    [TestMethod]
    public void CustomSeesWhereItIs()
    {
        double[] factors = Run(Schedules.Custom(point => point.Progress));
        for (int step = 0; step < Total; step++)
            Assert.AreEqual(step / (double)Total, factors[step], 1e-12);
    }

    [TestMethod]
    public void CustomOutOfRangeIsNamed()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Run(Schedules.Custom(_ => -1, "mine")));
        StringAssert.Contains(error.Message, "'mine'");
    }

    [TestMethod]
    public void TheRateOfTheOptimizerFollowsTheSchedule()
    {
        var rows = TrainingPlans.TwoClasses(40, 3, 1);
        var plan = TrainingPlans.Plain(Layer.Linear(1), 3, Losses.BinaryCrossEntropy(), Optimizers.SGD(), 0.4, 6, 1) with { Schedule = Schedules.Step(2, 0.5) };
        double[] rates = [.. TrainingRun.Train(plan, rows, null).History.Select(record => record.LearningRate)];
        CollectionAssert.AreEqual(new[] { 0.4, 0.4, 0.2, 0.2, 0.1, 0.1 }, rates);

        // A rate of 0 from the third epoch on must leave the loss where it is.
        plan = plan with { Schedule = Schedules.Custom(point => point.Epoch < 2 ? 1 : 0) };
        var history = TrainingRun.Train(plan, rows, null).History;
        Assert.IsLessThan(history[0].TrainingLoss, history[2].TrainingLoss);
        Assert.AreEqual(history[2].TrainingLoss, history[5].TrainingLoss);
    }

    private static double[] Run(Schedule schedule, Func<int, double>? lossOfEpoch = null)
    {
        var factor = schedule.Start();
        return [.. Enumerable.Range(0, Total).Select(step =>
        {
            int epoch = step / StepsPerEpoch;
            return factor(new SchedulePoint(step, Total, epoch, Epochs, epoch == 0 ? null : lossOfEpoch?.Invoke(epoch - 1)));
        })];
    }
}
