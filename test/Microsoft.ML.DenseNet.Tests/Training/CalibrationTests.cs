namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The fit of a factor and shifts on a classifier's outputs, by which epochs are judged and which the model gets.</summary>
[TestClass]
public sealed class CalibrationTests
{
    [TestMethod]
    [DataRow(1, false)]
    [DataRow(1, true)]
    [DataRow(2, false)]
    [DataRow(5, true)]
    [DataRow(60, false)]
    public void NothingNearbyIsBetter(int width, bool isWeighted)
    {
        const int Rows = 400;
        var random = new Random(width);
        int classes = Math.Max(width, 2);
        float[] outputs = [.. Enumerable.Range(0, Rows * width).Select(_ => (float)(3 * RandomNetworks.Normal(random)))];
        float[] labels = [.. Enumerable.Range(0, Rows).Select(row => random.Next(3) > 0 ? (float)random.Next(classes) : width == 1 ? (outputs[row] > 0 ? 1 : 0) : Largest(outputs.AsSpan(row * width, width)))];
        double[] weights = isWeighted ? [.. labels.Select(_ => 3 * random.NextDouble())] : [];
        var (best, loss) = CalibrationFit.Run(new CalibrationRows(outputs, width, labels, weights), null, shifts: true);
        Assert.IsLessThan(1, best.Factor, "the prior acts only above 1");
        Assert.AreEqual(Loss(best.Factor, best.Shifts), loss, 1e-5);
        double doubt = Doubt();
        for (int trial = 0; trial < 200; trial++)
        {
            double size = Math.Pow(10, -1 - (2 * random.NextDouble()));
            double factor = best.Factor + (size * RandomNetworks.Normal(random));
            double[] shifts = [.. best.Shifts.Select(shift => shift + (size * RandomNetworks.Normal(random)))];
            Assert.IsGreaterThan(loss + (best.Factor * doubt) + Ridge(best.Factor, best.Shifts) - 1e-5, Loss(factor, shifts) + (factor * doubt) + Ridge(factor, shifts));
        }

        // From the shifts with which the outputs of a constant stay as they are.
        double Ridge(double factor, IReadOnlyList<double> shifts)
        {
            double[] sums = [.. Enumerable.Range(0, classes).Select(label => Enumerable.Range(0, Rows).Where(row => labels[row] == label).Sum(row => isWeighted ? weights[row] : 1))];
            double[] logarithms = [.. sums.Select(sum => Math.Log(Math.Max(0.5, sum) / sums.Sum()))];
            double[] constant = width == 1 ? [logarithms[1] - logarithms[0]] : [.. logarithms.Select(value => value - logarithms.Average())];
            return constant.Select((output, i) => Math.Clamp(sums[i + classes - width] / 100, 0.01, 1) * Math.Pow(shifts[i] - ((1 - factor) * output), 2)).Sum() / 2 / Rows;
        }

        // What may be chance in the lead of each class's output over the others in its own rows: 1 / t² of it.
        double Doubt()
        {
            double WeightOf(int row) => isWeighted ? weights[row] : 1;
            double sum = 0;
            double all = Enumerable.Range(0, Rows).Sum(WeightOf);
            for (int label = 0; label < classes; label++)
            {
                double Lead(int row) => width == 1 ? (2 * label - 1) * outputs[row] : outputs[(row * width) + label] - Enumerable.Range(0, width).Where(i => i != label).Average(i => outputs[(row * width) + i]);
                double Mean(IEnumerable<int> rows) => rows.Sum(row => WeightOf(row) * Lead(row)) / rows.Sum(WeightOf);
                var groups = Enumerable.Range(0, Rows).GroupBy(row => labels[row] == label).ToDictionary(group => group.Key, group => group.ToArray());
                if (groups.Count < 2)
                    continue;
                double variance = groups.Values.Sum(rows => Mean(rows) is var mean ? rows.Sum(row => WeightOf(row) * Math.Pow(Lead(row) - mean, 2)) : 0) / all;
                double difference = Mean(groups[true]) - Mean(groups[false]);
                double t = difference / Math.Sqrt(variance * ((1.0 / groups[true].Length) + (1.0 / groups[false].Length)));
                sum += groups[true].Sum(WeightOf) * Math.Min(1, 1 / (t * t)) * (Mean(groups[true]) - Mean(Enumerable.Range(0, Rows)));
            }

            return sum * (classes - 1) / classes / Rows;
        }

        double Loss(double factor, IReadOnlyList<double> shifts)
        {
            double sum = 0;
            for (int row = 0; row < Rows; row++)
            {
                double[] logits = [.. width == 1 ? [0.0] : Array.Empty<double>(), .. Enumerable.Range(0, width).Select(i => (factor * outputs[(row * width) + i]) + shifts[i])];
                double largest = logits.Max();
                sum += (isWeighted ? weights[row] : 1) * (largest + Math.Log(logits.Sum(logit => Math.Exp(logit - largest))) - logits[(int)labels[row]]);
            }

            return sum / Rows;
        }
    }

    [TestMethod]
    public void StaysInItsRange()
    {
        // Outputs that say the opposite, outputs that are much too small, and outputs that say nothing.
        float[] labels = [.. Enumerable.Range(0, 10_000).Select(row => row % 2f)];
        Assert.AreEqual(Calibration.MinimumFactor, Fit([.. labels.Select(label => 0.5f - label)], labels).Factor);
        Assert.AreEqual(Calibration.MaximumFactor, Fit([.. labels.Select((label, row) => (row % 10 < 8 ? 0.01f : -0.01f) * (label - 0.5f))], labels).Factor);
        Assert.AreEqual(1, Fit(new float[labels.Length], labels).Factor);
    }

    [TestMethod]
    [DataRow(10)]
    [DataRow(300)]
    [DataRow(100_000)]
    public void RowsThatAreAllRightDoNotMakeItInfinite(int rows)
    {
        // Each row's loss is ln(1 + exp(−2 factor)), which only falls: where the slope of all of them is 3 (1 − 1 / factor), it ends.
        float[] labels = [.. Enumerable.Range(0, rows).Select(row => row % 2f)];
        double factor = Fit([.. labels.Select(label => label > 0 ? 2f : -2f)], labels).Factor;
        Assert.AreEqual(3 * (1 - (1 / factor)), rows * 2 / (1 + Math.Exp(2 * factor)), 0.01);
        Assert.IsLessThan(6, factor);
    }

    [TestMethod]
    public void AClassWithoutRowsStaysFinite()
    {
        var random = new Random(1);
        float[] outputs = [.. Enumerable.Range(0, 300).Select(_ => (float)RandomNetworks.Normal(random))];
        var rows = new CalibrationRows(outputs, 3, [.. Enumerable.Range(0, 100).Select(_ => (float)random.Next(2))], []);
        var fitted = CalibrationFit.Run(rows, null, shifts: true).Best;
        Assert.IsTrue(fitted.Shifts.All(shift => Math.Abs(shift) < 20), string.Join(", ", fitted.Shifts));
        Assert.IsLessThan(fitted.Shifts.Take(2).Min() - 2, fitted.Shifts[2], "and is hardly expected");

        // Its share of the training rows counts, though no row shows it.
        var expected = CalibrationFit.Run(rows, [0.5, 0.4, 0.1], shifts: true).Best;
        Assert.IsGreaterThan(fitted.Shifts[2] + 1, expected.Shifts[2]);
    }

    [TestMethod]
    public void RowsWithoutWeightChangeNothing()
    {
        var fitted = CalibrationFit.Run(new CalibrationRows([1, -2], 1, [0, 1], [0, 0]), null, shifts: true).Best;
        Assert.AreEqual(1, fitted.Factor);
        Assert.AreEqual(0, fitted.Shifts[0]);
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

        double MeanLoss(double factor, double shift) => features.Zip(labels).Average(row => Math.Log(1 + Math.Exp((row.Second == 1 ? -1 : 1) * ((factor * Weight * row.First) + shift))));
        double best = Enumerable.Range(100, 200).Min(i => MeanLoss(i / 1000.0, 0)), bestShifted = Enumerable.Range(100, 20).Min(i => Enumerable.Range(-20, 41).Min(j => MeanLoss(i / 1000.0, j / 100.0)));
        Assert.IsGreaterThan(best + 1e-4, MeanLoss(0.125, 0), "the case tells the ranges apart");
        Assert.AreEqual(best, result.History[0].ValidationLoss!.Value, 2e-5);
        var fold = FoldResult.Of(new TrainedNetwork(plan.Layout, [Weight], [], result.History), rows);
        double share = labels.Average();
        var calibration = FoldCalibration.Fit([fold], [1 - share, share]);
        Assert.AreEqual(bestShifted, MeanLoss(calibration.Factor, calibration.Shifts[0]), 2e-5);
    }

    private static Calibration Fit(float[] outputs, float[] labels) => CalibrationFit.Run(new CalibrationRows(outputs, 1, labels, []), null, shifts: true).Best;

    private static float Largest(ReadOnlySpan<float> values) => OutputFunctions.IndexOfLargest(values);
}
