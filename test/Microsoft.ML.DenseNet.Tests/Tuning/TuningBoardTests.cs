namespace Microsoft.ML.DenseNet.Tests;

/// <summary>What TensorBoard's plugin for hyperparameters gets, decoded by the definitions of its messages (tensorboard/plugins/hparams).</summary>
[TestClass]
public sealed class TuningBoardTests
{
    [TestMethod]
    public void The_tuning_is_described()
    {
        using var folder = new TemporaryFolder();
        var before = DateTime.UtcNow;
        var tuned = Tune(folder);
        var (tag, data) = HyperparameterEvents.Read(folder.FullName).Data.Single();
        Assert.AreEqual("_hparams_/experiment", tag);
        Assert.AreEqual(0, data.Int64(1)); // the version
        var experiment = data.Message(2);
        Assert.AreEqual((before - DateTime.UnixEpoch).TotalSeconds, experiment.Doubles(3).Single(), 600);

        var parameters = experiment.AllMessages(4);
        CollectionAssert.AreEqual(tuned.Space.Parameters.Select(parameter => parameter.Name).ToArray(), parameters.Select(parameter => parameter.String(1)).ToArray());
        var rate = parameters.Single(parameter => parameter.String(1) == "LearningRate");
        Assert.AreEqual(3, rate.Int64(4)); // DATA_TYPE_FLOAT64
        Assert.AreEqual(0.0005, rate.Message(6).Doubles(1).Single());
        Assert.AreEqual(0.05, rate.Message(6).Doubles(2).Single());
        var width = parameters.Single(parameter => parameter.String(1) == "HiddenWidth");
        Assert.AreEqual(3, width.Int64(4));
        CollectionAssert.AreEqual(new double[] { 4, 8, 16 }, width.Message(5).AllMessages(1).Select(value => value.Doubles(2).Single()).ToArray());

        var metrics = experiment.AllMessages(5);
        CollectionAssert.AreEqual(new[] { "LogLoss", "Work", "Seconds" }, metrics.Select(metric => metric.Message(1).String(2)).ToArray());
        Assert.IsTrue(metrics.All(metric => metric.Int64(5) == 2)); // DATASET_VALIDATION
    }

    [TestMethod]
    public void Each_trial_has_a_folder()
    {
        using var folder = new TemporaryFolder();
        var tuned = Tune(folder);
        CollectionAssert.AreEqual(tuned.Trials.Select(trial => $"trial-{trial.Number:D4}").ToArray(), Directory.GetDirectories(folder.FullName).Select(path => Path.GetFileName(path)).Order().ToArray());
        foreach (var trial in tuned.Trials)
        {
            string path = Path.Combine(folder.FullName, $"trial-{trial.Number:D4}");
            var events = HyperparameterEvents.Read(path);
            CollectionAssert.AreEqual(new[] { "_hparams_/session_start_info", "_hparams_/session_end_info" }, events.Data.Select(data => data.Tag).ToArray());
            var start = events.Data[0].Data.Message(3);
            var values = start.AllMessages(1).ToDictionary(entry => entry.String(1), entry => entry.Message(2).Doubles(2).Single());
            CollectionAssert.AreEquivalent(trial.Values.Names.ToArray(), values.Keys.ToArray());
            foreach (var (name, value) in values)
                Assert.AreEqual(trial.Values.Number(name), value);

            var end = events.Data[1].Data.Message(4);
            Assert.AreEqual(trial.State switch { TuningTrialState.Complete => 1, TuningTrialState.Failed => 2, _ => 0 }, end.Int64(1));
            Assert.AreEqual(trial.Seconds, end.Doubles(2).Single() - start.Doubles(5).Single(), 1e-3);

            var numbers = TensorBoardEvents.Read(path).Where(value => value.Number is not null).ToList();
            CollectionAssert.AreEqual(trial.Rungs.Select(rung => ((long)rung.Networks, (float?)rung.Metric)).ToArray(), numbers.Where(value => value.Tag == "LogLoss").Select(value => (value.Step, value.Number)).ToArray());
            CollectionAssert.AreEqual(trial.Rungs.Select(rung => (float?)rung.Work).ToArray(), numbers.Where(value => value.Tag == "Work").Select(value => value.Number).ToArray());
            CollectionAssert.AreEqual(trial.Rungs.Select(rung => (float?)rung.Seconds).ToArray(), numbers.Where(value => value.Tag == "Seconds").Select(value => value.Number).ToArray());
        }
    }

    [TestMethod]
    public void Trials_are_written_while_the_tuning_runs()
    {
        using var folder = new TemporaryFolder();
        Tune(folder, tuning => tuning.Progress = progress =>
        {
            if (progress.End is not null)
                Assert.HasCount(1, Directory.GetFiles(Path.Combine(folder.FullName, $"trial-{progress.Trial:D4}")));
        });
        Assert.HasCount(6, Directory.GetDirectories(folder.FullName));
    }

    [TestMethod]
    public void What_an_interrupted_tuning_lacks_is_added()
    {
        using var folder = new TemporaryFolder();
        using var journal = new TemporaryFolder();
        Tune(folder, tuning => (tuning.JournalDirectory, tuning.MaximumTrials) = (journal.FullName, 3));
        string kept = Directory.GetFiles(Path.Combine(folder.FullName, "trial-0001")).Single();
        var written = File.GetLastWriteTimeUtc(kept);
        Directory.Delete(Path.Combine(folder.FullName, "trial-0002"), recursive: true);
        Tune(folder, tuning => (tuning.JournalDirectory, tuning.MaximumTrials) = (journal.FullName, 4));
        Assert.HasCount(4, Directory.GetDirectories(folder.FullName));
        Assert.AreEqual(written, File.GetLastWriteTimeUtc(kept));
    }

    [TestMethod]
    public void Another_tuning_is_not_mixed_in()
    {
        using var folder = new TemporaryFolder();
        Tune(folder);
        var refused = Assert.ThrowsExactly<InvalidOperationException>(() => Tune(folder, tuning => tuning.Seed = 2));
        Assert.Contains($"TensorBoardDirectory '{folder.FullName}' holds another tuning", refused.Message);
    }

    [TestMethod]
    public void Texts_truths_and_what_a_trial_does_not_have()
    {
        var space = TuningSpace.Empty
            .With(TuningParameter.Choice("a \"name\", with <signs>/|\n", "x", "ä €"))
            .With(TuningParameter.Choice("truth", true, false))
            .With(TuningParameter.Choice("mixed", "none", 0.5, false))
            .With(TuningParameter.WholeNumber("depth", 1, 4).When("truth", true));
        var experiment = new ProtobufFields(Bytes(HyperparameterData.Experiment(space, ["Accuracy"], DateTime.UnixEpoch))).Message(2).AllMessages(4);
        CollectionAssert.AreEqual(space.Parameters.Select(parameter => parameter.Name).ToArray(), experiment.Select(parameter => parameter.String(1)).ToArray());
        CollectionAssert.AreEqual(new long[] { 1, 2, 1, 3 }, experiment.Select(parameter => parameter.Int64(4)).ToArray());
        CollectionAssert.AreEqual(new[] { "x", "ä €" }, experiment[0].Message(5).AllMessages(1).Select(value => value.String(3)).ToArray());
        CollectionAssert.AreEqual(new long[] { 1, 0 }, experiment[1].Message(5).AllMessages(1).Select(value => value.Int64(4)).ToArray());
        CollectionAssert.AreEqual(new[] { "none", "0.5", "false" }, experiment[2].Message(5).AllMessages(1).Select(value => value.String(3)).ToArray());

        var values = space.Complete(parameter => parameter.Name == "truth" ? false : parameter.Default);
        var start = new ProtobufFields(Bytes(HyperparameterData.Start(space, values, DateTime.UnixEpoch))).Message(3).AllMessages(1);
        CollectionAssert.AreEqual(space.Parameters.Take(3).Select(parameter => parameter.Name).ToArray(), start.Select(entry => entry.String(1)).ToArray());
        Assert.AreEqual(0, start[1].Message(2).Int64(4));
    }

    [TestMethod]
    public void A_folder_without_a_name_is_refused()
    {
        var refused = Assert.ThrowsExactly<ArgumentException>(() => TuningCase.Tune(tuning => tuning.TensorBoardDirectory = " "));
        Assert.Contains("TensorBoardDirectory is empty: name a folder, or leave it null.", refused.Message);
    }

    private static DenseNetTuningResult<DenseNetBinaryTrainer.Options> Tune(TemporaryFolder folder, Action<DenseNetTuningOptions>? set = null) => TuningCase.Tune(tuning =>
    {
        (tuning.TensorBoardDirectory, tuning.MaximumTrials, tuning.Seed) = (folder.FullName, 6, 1);
        set?.Invoke(tuning);
    });

    private static byte[] Bytes(ProtobufMessage message)
    {
        using var stream = new MemoryStream();
        message.WriteTo(stream);
        return stream.ToArray();
    }
}
