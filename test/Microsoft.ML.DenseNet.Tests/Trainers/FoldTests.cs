namespace Microsoft.ML.DenseNet.Tests;

/// <summary>What makes one calibrated model of several networks.</summary>
[TestClass]
public sealed class FoldTests
{
    private static readonly TrainingHistory History = new([new EpochRecord(1, 0.5, 0.6, 0.1, null, 1)], 1, StopReason.Completed);

    [TestMethod]
    [DataRow(1, nameof(MeanKind.Outputs))]
    [DataRow(3, nameof(MeanKind.Outputs))]
    [DataRow(1, nameof(MeanKind.Exponentials))]
    [DataRow(3, nameof(MeanKind.Exponentials))]
    [DataRow(1, nameof(MeanKind.Probabilities))]
    [DataRow(3, nameof(MeanKind.Probabilities))]
    [DataRow(1, nameof(MeanKind.ClassProbabilities))]
    [DataRow(3, nameof(MeanKind.ClassProbabilities))]
    public void TheJoinedNetworkIsTheMeanOfWhatIsPredicted(int count, string kind)
    {
        var mean = Enum.Parse<MeanKind>(kind);
        var random = new Random(5);
        var layout = new NetworkLayout(Layer.Sequential(Layer.RobustScale, Layer.PeriodicEmbedding(), Layer.Scale, Layer.Linear(9), Layer.SELU, Layer.Linear(2)), 4);
        float[] buffers = [.. Enumerable.Range(0, layout.BufferCount).Select(_ => (float)random.NextDouble())];
        TrainedNetwork[] folds = [.. Enumerable.Range(0, count).Select(_ => new TrainedNetwork(layout, Numbers(layout.ParameterCount), buffers, History))];
        double[] shifts = [0.3, -0.9];
        var joined = FoldAverage.Join(folds, mean, new Calibration(0.7, shifts));
        for (int row = 0; row < 10; row++)
        {
            float[] features = Numbers(4);
            var output = new float[2];
            joined.ComputeOutputs(features, output);
            double[][] each = [.. folds.Select(fold => Predictions(ReferenceNetwork.Predict(fold, features)))];
            var averaged = Predictions([.. output.Select(value => (double)value)], isMapped: true);
            for (int i = 0; i < 2; i++)
                Assert.AreEqual(each.Average(predictions => predictions[i]), averaged[i], 1e-4 * Math.Max(1, Math.Abs(averaged[i])));
        }

        double[] Predictions(double[] outputs, bool isMapped = false)
        {
            double[] mapped = isMapped ? outputs : [.. outputs.Select((value, i) => (0.7 * value) + shifts[i])];
            return mean switch
            {
                MeanKind.Exponentials => [.. mapped.Select(Math.Exp)],
                MeanKind.Probabilities => [.. mapped.Select(value => 1 / (1 + Math.Exp(-value)))],
                MeanKind.ClassProbabilities => [.. mapped.Select(value => Math.Exp(value) / mapped.Sum(Math.Exp))],
                _ => mapped,
            };
        }

        float[] Numbers(int length) => [.. Enumerable.Range(0, length).Select(_ => (float)RandomNetworks.Normal(random))];
    }

    [TestMethod]
    [DataRow(1, 0.5)]
    [DataRow(1, 1.0)]
    [DataRow(3, 2.0)]
    public void CalibrationMakesProbabilitiesHonest(int outputs, double truth)
    {
        // Labels are drawn from the softmax of truth times the network's outputs: the factor of the least log-loss is the truth.
        var (fold, shares) = Drawn(outputs, truth, [], keep: _ => 1);
        var calibration = FoldCalibration.Fit([fold], shares);
        Assert.AreEqual(truth, calibration.Factor, 0.06);
        foreach (double shift in calibration.Shifts)
            Assert.AreEqual(0, shift, 0.06);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void ShiftsAreFoundAndSharesAreMet(int outputs)
    {
        double[] offsets = outputs == 1 ? [-3] : [1, 0.5, -1.5];
        var (fold, shares) = Drawn(outputs, 0.6, offsets, keep: _ => 1);
        var calibration = FoldCalibration.Fit([fold], shares);
        Assert.AreEqual(0.6, calibration.Factor, 0.06);
        for (int i = 0; i < outputs; i++)
            Assert.AreEqual(offsets[i], calibration.Shifts[i], 0.1);
        AreShares(shares, fold, calibration, 5e-4);

        // Shares other than those of the rows, as when some folds have no network.
        double[] other = outputs == 1 ? [0.99, 0.01] : [0.5, 0.49, 0.01];
        var all = new CalibrationRows(fold.Outputs, outputs, [.. fold.Validation!.Labels], []);
        AreShares(other, fold, CalibrationFit.Run(all, other, shifts: true).Best, 5e-4);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void ValidationRowsWithOtherSharesLeadToThoseOfTheTrainingRows(int outputs)
    {
        double[] offsets = outputs == 1 ? [-2] : [1, 0, -1];
        var (whole, shares) = Drawn(outputs, 0.6, offsets, keep: _ => 1);
        var (fold, _) = Drawn(outputs, 0.6, offsets, keep: label => label == 0 ? 0.2 : 1);
        var calibration = FoldCalibration.Fit([fold], shares);
        Assert.AreEqual(0.6, calibration.Factor, 0.06);
        AreShares(shares, whole, calibration, 0.01);
    }

    [TestMethod]
    public void RowsAreDealtEvenlyWithinClasses()
    {
        const int Rows = 103;
        var random = new Random(1);
        float[] labels = [.. Enumerable.Range(0, Rows).Select(_ => (float)random.Next(3))];
        var rows = new RowSet(1, false, [new RowBlock(Rows, new float[Rows], labels, default)]);
        int[] parts = RowSplitter.Deal(rows, 5, stratify: true, seed: 2);
        CollectionAssert.AreEqual(parts, RowSplitter.Deal(rows, 5, stratify: true, seed: 2));
        for (int part = 0; part < 5; part++)
        {
            Assert.IsLessThanOrEqualTo(1, Math.Abs(parts.Count(value => value == part) - Rows / 5.0));
            for (int label = 0; label < 3; label++)
            {
                int all = labels.Count(value => value == label);
                int own = Enumerable.Range(0, Rows).Count(row => parts[row] == part && labels[row] == label);
                Assert.IsLessThanOrEqualTo(1, Math.Abs(own - all / 5.0));
            }

            var (training, validation) = RowSplitter.Split(rows, parts, part);
            Assert.AreEqual(Rows, training.Count + validation.Count);
            Assert.AreEqual(parts.Count(value => value == part), validation.Count);
        }
    }

    /// <summary>Draws labels from the probabilities of truth times random outputs plus offsets, and drops some rows by their label.</summary>
    private static (FoldResult Fold, double[] Shares) Drawn(int outputs, double truth, double[] offsets, Func<int, double> keep)
    {
        const int Rows = 20_000;
        var random = new Random(7);
        var layout = new NetworkLayout(Layer.Linear(outputs, bias: false), outputs);
        var identity = new float[outputs * outputs];
        for (int i = 0; i < outputs; i++)
            identity[i * outputs + i] = 1;
        List<float> features = [], labels = [];
        while (labels.Count < Rows)
        {
            float[] logits = [.. Enumerable.Range(0, outputs).Select(_ => (float)(2 * RandomNetworks.Normal(random)))];
            double Odds(int i) => Math.Exp((truth * logits[i]) + (offsets.Length == 0 ? 0 : offsets[i]));
            double[] odds = outputs == 1 ? [1, Odds(0)] : [.. Enumerable.Range(0, outputs).Select(Odds)];
            double draw = random.NextDouble() * odds.Sum();
            int label = 0;
            while ((draw -= odds[label]) > 0)
                label++;
            if (random.NextDouble() > keep(label))
                continue;
            features.AddRange(logits);
            labels.Add(label);
        }

        var validation = new RowSet(outputs, false, [new RowBlock(Rows, features.ToArray(), labels.ToArray(), default)]);
        return (FoldResult.Of(new TrainedNetwork(layout, identity, [], History), validation), [.. Enumerable.Range(0, Math.Max(outputs, 2)).Select(i => labels.Count(label => label == i) / (double)Rows)]);
    }

    private static void AreShares(double[] shares, FoldResult fold, Calibration calibration, double tolerance)
    {
        int outputs = calibration.Shifts.Count, rows = fold.Outputs.Length / outputs;
        double[] sums = new double[shares.Length];
        for (int row = 0; row < rows; row++)
        {
            double[] exponentials = [.. Enumerable.Range(0, outputs).Select(i => Math.Exp((calibration.Factor * fold.Outputs[row * outputs + i]) + calibration.Shifts[i]))];
            double[] all = outputs == 1 ? [1, exponentials[0]] : exponentials;
            for (int i = 0; i < all.Length; i++)
                sums[i] += all[i] / all.Sum();
        }

        for (int i = 0; i < shares.Length; i++)
            Assert.AreEqual(shares[i], sums[i] / rows, tolerance, $"class {i}");
    }
}
