using TorchSharp;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>L-BFGS, whose steps evaluate the loss out of native code.</summary>
[TestClass]
public sealed class LbfgsTests
{
    private static readonly RowSet Rows = TrainingPlans.TwoClasses(80, 3, seed: 2);

    [TestMethod]
    public void ALossThatFailsWithinAStepIsReported()
    {
        int evaluations = 0;
        var loss = Losses.Custom((outputs, targets) => ++evaluations == 6
            ? throw new ArithmeticException("six is too many")
            : torch.nn.functional.binary_cross_entropy_with_logits(outputs, targets, reduction: torch.nn.Reduction.None));
        var failure = Assert.Throws<Exception>(() => TrainingRun.Train(Plan(loss, epochs: 3), Rows, null));
        StringAssert.Contains(failure.ToString(), "six is too many");
        Assert.AreEqual(6, evaluations, "nothing is evaluated after the failure");
    }

    [TestMethod]
    public void AScheduleActsOnItsSteps()
    {
        // A rate of 0 after the first step leaves the weights of that step.
        float[] first = Train(epochs: 1, Schedules.Constant), stopped = Train(epochs: 4, Schedules.Custom(point => point.Epoch == 0 ? 1 : 0));
        CollectionAssert.AreEqual(first, stopped);
        CollectionAssert.AreNotEqual(first, Train(epochs: 4, Schedules.Constant));
    }

    [TestMethod]
    public void ItIsTorchSharpsBitForBit()
    {
        var custom = Optimizers.Custom((parameters, rate, _) => torch.optim.LBFGS(parameters, rate, max_iter: 3), "TorchSharp's");
        CollectionAssert.AreEqual(Train(epochs: 5, Schedules.Constant, custom), Train(epochs: 5, Schedules.Constant, Optimizers.LBFGS(maximumIterations: 3)));
    }

    // One tensor, so that a custom optimizer, which sees tensors one by one, sees what ours sees.
    private static TrainingPlan Plan(Loss loss, int epochs, Optimizer? optimizer = null) =>
        TrainingPlans.Plain(Layer.Linear(1, bias: false), 3, loss, optimizer ?? Optimizers.LBFGS(maximumIterations: 3), 0.5, epochs, seed: 4);

    private static float[] Train(int epochs, Schedule schedule, Optimizer? optimizer = null) =>
        TrainingRun.Train(Plan(Losses.BinaryCrossEntropy(), epochs, optimizer) with { Schedule = schedule }, Rows, null).Parameters;
}
