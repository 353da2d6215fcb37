namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Every option of a tuning that is wrong is refused before anything is trained, by a message that names it.</summary>
[TestClass]
public sealed class TuningOptionsTests
{
    [TestMethod]
    public void EveryWrongOptionIsNamed()
    {
        Refused<ArgumentOutOfRangeException>("MaximumTrials is 0", tuning => tuning.MaximumTrials = 0);
        Refused<ArgumentOutOfRangeException>("MaximumTrials is 10001", tuning => tuning.MaximumTrials = 10_001);
        Refused<ArgumentOutOfRangeException>("MaximumTime is", tuning => tuning.MaximumTime = TimeSpan.Zero);
        Refused<ArgumentOutOfRangeException>("MaximumWork is 0.5", tuning => tuning.MaximumWork = 0.5);
        Refused<ArgumentOutOfRangeException>("MaximumWork is NaN", tuning => tuning.MaximumWork = double.NaN);
        Refused<ArgumentOutOfRangeException>("Search is", tuning => tuning.Search = (TuningSearch)7);
        Refused<ArgumentOutOfRangeException>("Reduction is 0", tuning => tuning.Reduction = 0);
        Refused<ArgumentOutOfRangeException>("Reduction is 101", tuning => tuning.Reduction = 101);
        Refused<ArgumentOutOfRangeException>("Concurrency is 0", tuning => tuning.Concurrency = 0);
        Refused<ArgumentOutOfRangeException>("Concurrency is 257", tuning => tuning.Concurrency = 257);
        Refused<ArgumentOutOfRangeException>("NumberOfWorkers is 0", tuning => tuning.NumberOfWorkers = 0);
        Refused<ArgumentOutOfRangeException>("NumberOfWorkers is 5", tuning => tuning.NumberOfWorkers = 5);
        Refused<ArgumentOutOfRangeException>("EnsembleSize is 0", tuning => tuning.EnsembleSize = 0);
        Refused<ArgumentOutOfRangeException>("EnsembleSize is 65", tuning => tuning.EnsembleSize = 65);
        Refused<ArgumentOutOfRangeException>("Metric is", tuning => tuning.Metric = (TuningMetric)77);
        Refused<ArgumentException>("Take one of LogLoss, Accuracy, AreaUnderRocCurve", tuning => tuning.Metric = TuningMetric.RootMeanSquaredError);
        Refused<ArgumentException>("JournalDirectory is empty", tuning => tuning.JournalDirectory = " ");
        Refused<ArgumentException>("JournalDirectory is", tuning => tuning.JournalDirectory = "\uD800");
        Refused<IOException>("JournalDirectory is", tuning => tuning.JournalDirectory = "/dev/null/x");
        Refused<ArgumentException>("'Droput'", tuning => tuning.Space = TuningSpace.Empty.With(TuningParameter.Uniform("Droput", 0, 0.5)));
        Refused<InvalidOperationException>("Preprocess returned null", tuning => tuning.Preprocess = _ => null!);
    }

    [TestMethod]
    public void EveryOptionOfTheTrainerThatDoesNotFitIsNamed()
    {
        Refused<ArgumentException>("names a network", set: options => (options.HiddenUnits, options.Defaults) = ([4], null));
        Refused<ArgumentException>("ValidationFraction is set", set: options => options.ValidationFraction = 0.2);
        Refused<ArgumentException>("CheckpointDirectory is set", set: options => options.CheckpointDirectory = "x");
        Refused<ArgumentException>("Progress is set", set: options => options.Progress = _ => { });
        Refused<ArgumentException>("Observers is not empty", set: options => options.Observers.Add(new TensorBoardObserver("x")));
        Refused<ArgumentException>("DataPlacement is Stream", set: options => options.DataPlacement = DataPlacement.Stream);
        Refused<ArgumentOutOfRangeException>("LearningRate is -1", set: options => options.LearningRate = -1);
        Refused<ArgumentOutOfRangeException>("Label column 'Nothing' not found", set: options => options.LabelColumnName = "Nothing");
        Refused<ArgumentOutOfRangeException>("Time column 'Nothing' not found", set: options => options.TimeColumnName = "Nothing");
        Assert.Contains("fewer than 20 rows", Assert.ThrowsExactly<InvalidOperationException>(() => TuningCase.Tune(data: TuningCase.Binary(rows: 15))).Message);
        Assert.ThrowsExactly<ArgumentNullException>(() => TuningCase.Ml.BinaryClassification.TuneDenseNet(null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => TuningCase.Ml.BinaryClassification.TuneDenseNet(TuningCase.Binary(), null!, TuningCase.Tuning()));
        Assert.ThrowsExactly<ArgumentNullException>(() => TuningCase.Ml.BinaryClassification.TuneDenseNet(TuningCase.Binary(), TuningCase.BinaryOptions(), null!));
    }

    [TestMethod]
    public void TheUsersOptionsStayAsTheyWere()
    {
        var options = TuningCase.BinaryOptions();
        var defaults = options.Defaults;
        TuningCase.Ml.BinaryClassification.TuneDenseNet(TuningCase.Binary(), options, TuningCase.Tuning(tuning => tuning.MaximumTrials = 2));
        Assert.AreSame(defaults, options.Defaults);
        Assert.IsNull(options.Seed);
        Assert.IsNull(options.CheckpointDirectory);
        Assert.IsEmpty(options.Observers);
    }

    private static void Refused<TException>(string message, Action<DenseNetTuningOptions>? tuning = null, Action<DenseNetBinaryTrainer.Options>? set = null)
        where TException : Exception
    {
        var failure = Assert.ThrowsExactly<TException>(() => TuningCase.Tune(options =>
        {
            options.Progress = _ => Assert.Fail("It was trained.");
            tuning?.Invoke(options);
        }, set));
        Assert.Contains(message, failure.Message);
    }
}
