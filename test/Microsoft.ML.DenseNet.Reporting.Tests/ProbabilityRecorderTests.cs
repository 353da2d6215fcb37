namespace Microsoft.ML.DenseNet.Reporting.Tests;

[TestClass]
public sealed class ProbabilityRecorderTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void It_starts_before_training_and_ends_with_the_model()
    {
        var data = TestRow.Data(_ml, 3, 50, 2);
        var recorder = new ProbabilityRecorder(data, maximumRows: 20, everyEpochs: 4);
        var model = Train(data, recorder, epochs: 10);
        CollectionAssert.AreEqual(new[] { 0, 4, 8, 10 }, recorder.Snapshots.Select(snapshot => snapshot.Epoch).ToArray());
        double[] expected = [.. ClassificationResultsOf(model, data).Take(20)];
        for (int row = 0; row < expected.Length; row++)
            Assert.AreEqual(expected[row], recorder.Snapshots[^1].Probabilities[row], 1e-5);
        Assert.AreNotEqual(recorder.Snapshots[0].Probabilities[0], recorder.Snapshots[^1].Probabilities[0]);
    }

    [TestMethod]
    public void Long_trainings_are_thinned()
    {
        var data = TestRow.Data(_ml, 3, 20, 2);
        var recorder = new ProbabilityRecorder(data);
        Train(data, recorder, epochs: 250);
        Assert.IsInRange(30, 61, recorder.Snapshots.Count);
        Assert.AreEqual(0, recorder.Snapshots[0].Epoch);
        Assert.AreEqual(250, recorder.Snapshots[^1].Epoch);

        // A second training starts afresh.
        Train(data, recorder, epochs: 2);
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, recorder.Snapshots.Select(snapshot => snapshot.Epoch).ToArray());
    }

    [TestMethod]
    public void Of_several_classes_it_records_the_rows_own()
    {
        var recorder = TrainedModels.Multiclass.Options.Probabilities!;
        var results = ClassificationResults.Read(TrainedModels.Multiclass.Model.Transform(TrainedModels.Multiclass.Options.TrainingData), "Key");
        for (int row = 0; row < recorder.Labels.Count; row++)
            Assert.AreEqual(results.Probability(row, results.Labels[row]), recorder.Snapshots[^1].Probabilities[row], 1e-5);
        CollectionAssert.AreEqual(new[] { "class 0", "class 1", "class 2" }, recorder.ClassNames.ToArray());
    }

    [TestMethod]
    public void Of_the_default_network_it_keeps_the_first_course_and_ends_with_the_model()
    {
        var (model, _, options) = TrainedModels.Default;
        var recorder = options.Probabilities!;
        int networks = ((DenseNetBinaryTransformer)model).Model.Network.History.Networks;
        Assert.IsGreaterThan(1, networks);
        double[] expected = [.. ClassificationResultsOf(model, options.TrainingData!).Take(recorder.Labels.Count)];
        AreEqual(expected, recorder);
        CollectionAssert.AreEqual(Enumerable.Range(0, 9).Append(8).ToArray(), recorder.Snapshots.Select(snapshot => snapshot.Epoch).ToArray());
        CollectionAssert.AreEqual(new[] { recorder.Snapshots[^1] }, recorder.Snapshots.Where(snapshot => snapshot.IsModel).ToArray());
        Assert.Contains($"mean of {networks} networks", string.Concat(recorder.PlotProbabilities().Render(new PictureOptions()).Svg.Texts.Select(text => text.Text)));
    }

    [TestMethod]
    public void Of_the_default_network_of_several_classes_it_ends_with_the_model()
    {
        var data = TestRow.Data(_ml, 3, 400, 3, spread: 8);
        var recorder = new ProbabilityRecorder(data, "Key", maximumRows: 20);
        var model = _ml.MulticlassClassification.Trainers.DenseNet(new DenseNetMulticlassTrainer.Options { LabelColumnName = "Key", NumberOfEpochs = 3, Observers = { recorder } }).Fit(data);
        var results = ClassificationResults.Read(model.Transform(data), "Key");
        AreEqual([.. Enumerable.Range(0, 20).Select(row => (double)results.Probability(row, results.Labels[row]))], recorder);
    }

    [TestMethod]
    public void Rows_that_do_not_fit_the_training_are_refused()
    {
        var data = TestRow.Data(_ml, 3, 20, 2);
        Assert.ThrowsExactly<ArgumentException>(() => new ProbabilityRecorder(data, labelColumnName: "Value"));
        Assert.ThrowsExactly<ArgumentException>(() => new ProbabilityRecorder(data, featureColumnName: "Missing"));
        Assert.ThrowsExactly<InvalidOperationException>(() => new ProbabilityRecorder(data).PlotProbabilities());
        var exception = Assert.Throws<InvalidOperationException>(() => Train(data, new ProbabilityRecorder(TestRow.Data(_ml, 4, 20, 2)), epochs: 1));
        Assert.Contains("4 features", exception.Message);
    }

    private static void AreEqual(double[] expected, ProbabilityRecorder recorder)
    {
        var last = recorder.Snapshots[^1];
        Assert.IsTrue(last.IsModel);
        Assert.HasCount(expected.Length, last.Probabilities);
        for (int row = 0; row < expected.Length; row++)
            Assert.AreEqual(expected[row], last.Probabilities[row], 1e-5);
    }

    private DenseNetBinaryTransformer Train(IDataView data, ProbabilityRecorder recorder, int epochs)
    {
        var options = new DenseNetBinaryTrainer.Options { HiddenUnits = [4], NumberOfEpochs = epochs };
        options.Observers.Add(recorder);
        return _ml.BinaryClassification.Trainers.DenseNet(options).Fit(data);
    }

    private static IEnumerable<double> ClassificationResultsOf(ITransformer model, IDataView data)
    {
        var results = ClassificationResults.Read(model.Transform(data));
        return Enumerable.Range(0, results.RowCount).Select(row => results.Probability(row, 1));
    }
}
