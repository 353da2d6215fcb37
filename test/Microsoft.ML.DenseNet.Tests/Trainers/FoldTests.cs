namespace Microsoft.ML.DenseNet.Tests;

/// <summary>What makes one calibrated model of several networks.</summary>
[TestClass]
public sealed class FoldTests
{
    private static readonly TrainingHistory History = new([new EpochRecord(1, 0.5, 0.6, 0.1, null, 1)], 1, StopReason.Completed);

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void TheJoinedNetworkIsTheMeanTimesTheFactor(int count)
    {
        var random = new Random(5);
        var layout = new NetworkLayout(Layer.Sequential(Layer.RobustScale, Layer.PeriodicEmbedding(), Layer.Scale, Layer.Linear(9), Layer.SELU, Layer.Linear(2)), 4);
        float[] buffers = [.. Enumerable.Range(0, layout.BufferCount).Select(_ => (float)random.NextDouble())];
        TrainedNetwork[] folds = [.. Enumerable.Range(0, count).Select(_ => new TrainedNetwork(layout, Numbers(layout.ParameterCount), buffers, History))];
        var joined = FoldAverage.Join(folds, 0.7);
        for (int row = 0; row < 10; row++)
        {
            float[] features = Numbers(4);
            var output = new float[2];
            joined.ComputeOutputs(features, output);
            double[][] each = [.. folds.Select(fold => ReferenceNetwork.Predict(fold, features))];
            for (int i = 0; i < 2; i++)
                Assert.AreEqual(0.7 * each.Average(outputs => outputs[i]), output[i], 1e-4);
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
        const int Rows = 20_000;
        var random = new Random(7);
        var layout = new NetworkLayout(Layer.Linear(outputs, bias: false), outputs);
        var identity = new float[outputs * outputs];
        for (int i = 0; i < outputs; i++)
            identity[i * outputs + i] = 1;
        var features = new float[Rows * outputs];
        var labels = new float[Rows];
        for (int row = 0; row < Rows; row++)
        {
            var logits = features.AsSpan(row * outputs, outputs);
            foreach (ref float logit in logits)
                logit = (float)(2 * RandomNetworks.Normal(random));
            double[] odds = outputs == 1 ? [1, Math.Exp(truth * logits[0])] : [.. logits.ToArray().Select(logit => Math.Exp(truth * logit))];
            double draw = random.NextDouble() * odds.Sum();
            int label = 0;
            while ((draw -= odds[label]) > 0)
                label++;
            labels[row] = label;
        }

        var validation = new RowSet(outputs, false, [new RowBlock(Rows, features, labels, default)]);
        var fold = FoldResult.Of(new TrainedNetwork(layout, identity, [], History), validation);
        Assert.AreEqual(truth, FoldCalibration.Fit([fold]), 0.06);
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
}
