namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The running average of the weights, against the weighted mean of all steps' weights.</summary>
[TestClass]
public sealed class WeightAverageTests
{
    private static readonly RowSet Rows = TrainingPlans.TwoClasses(40, 3, 1);

    [TestMethod]
    [DataRow(0.0, 7, false)]
    [DataRow(8.0, 1, false)]
    [DataRow(8.0, 60, false)]
    [DataRow(8.0, 60, true)]
    [DataRow(2.5, 150, false)]
    [DataRow(2.5, 150, true)]
    public void The_model_gets_the_weighted_mean_of_the_steps(double power, int steps, bool inTorch)
    {
        // All rows are one batch, so each epoch is a step.
        var weights = new List<float[]>();
        var recorder = new EachEpoch(progress => weights.Add(progress.TakeSnapshot().Parameters.ToArray()));
        TrainingRun.Train(Plan(steps, inTorch) with { Observers = [recorder] }, Rows, null);

        double[] expected = new double[weights[0].Length];
        int last = 0;
        for (int step = 1; step <= steps; step++)
        {
            if (step > 64 && step % 4 != 0)
                continue;
            double share = (Math.Pow(step, power + 1) - Math.Pow(last, power + 1)) / Math.Pow(LastCounted(steps), power + 1);
            for (int i = 0; i < expected.Length; i++)
                expected[i] += share * weights[step - 1][i];
            last = step;
        }

        float[] averaged = TrainingRun.Train(Plan(steps, inTorch) with { WeightAveraging = power }, Rows, null).Parameters;
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], averaged[i], 1e-5 * Math.Max(1, Math.Abs(expected[i])));
    }

    [TestMethod]
    public void Observers_see_the_model_that_would_result()
    {
        TrainedNetwork? last = null;
        double? loss = null;
        var observer = new EachEpoch(progress => (last, loss) = (progress.TakeSnapshot(), progress.Latest!.ValidationLoss));
        var plan = Plan(12, inTorch: false) with { WeightAveraging = 8, RestoreBestWeights = false, Observers = [observer] };
        var result = TrainingRun.Train(plan, Rows, Rows);
        CollectionAssert.AreEqual(result.Parameters, last!.Parameters.ToArray());

        double expected = 0;
        foreach (var block in Rows.Blocks)
        {
            for (int row = 0; row < block.Rows; row++)
            {
                float[] output = new float[1], features = new float[Rows.Width];
                block.CopyRow(row, features);
                last.ComputeOutputs(features, output);
                expected += Math.Log(1 + Math.Exp(block.Labels.Span[row] > 0 ? -output[0] : output[0])) / block.Rows;
            }
        }

        Assert.AreEqual(expected, loss!.Value, 1e-5);
    }

    /// <summary>The last step that is taken into the average.</summary>
    private static int LastCounted(int steps) => steps <= 64 ? steps : steps - (steps % 4);

    private static TrainingPlan Plan(int steps, bool inTorch) =>
        TrainingPlans.Plain(Layer.Sequential(Layer.Linear(5), Layer.Tanh, Layer.Linear(1)), 3, Losses.BinaryCrossEntropy(), Optimizers.SGD(), 0.3, steps, seed: 2) with { UsesOnlyTorch = inTorch };
}
