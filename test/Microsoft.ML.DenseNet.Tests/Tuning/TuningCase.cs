namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A small tuning of each task, without differences in types: what tests run and compare.</summary>
internal static class TuningCase
{
    public static readonly MLContext Ml = new(seed: 1);

    /// <summary>Small networks that train in moments.</summary>
    public static DenseNetDefaults Small(LearningTask task) => DenseNetDefaults.For(task) with { HiddenUnits = [8], NumberOfEpochs = 12, EarlyStoppingRound = 4, EarlyStoppingSteps = 10, NumberEmbedding = null, NumberBins = null };

    /// <summary>A space for them.</summary>
    public static TuningSpace Space => TuningSpace.Empty
        .With(TuningParameter.WholeNumber("HiddenLayers", 1, 2))
        .With(TuningParameter.Choice("HiddenWidth", 4, 8, 16))
        .With(TuningParameter.LogUniform("LearningRate", 0.0005, 0.05))
        .With(TuningParameter.Uniform("Dropout", 0, 0.4));

    public static IDataView Binary(int rows = 240, int seed = 3) => DenseNetDatasets.MakeClassification(rows: rows, features: 6, informative: 4, seed: seed).ToDataView(Ml);

    public static IDataView Classes => DenseNetDatasets.MakeClassification(rows: 240, features: 6, informative: 4, classes: 3, seed: 3).ToDataView(Ml);

    public static IDataView Numbers => DenseNetDatasets.MakeRegression(rows: 240, features: 6, bias: 1000, seed: 3).ToDataView(Ml);

    public static TOptions Options<TOptions>(LearningTask task, Action<TOptions>? set = null)
        where TOptions : DenseNetOptions, new()
    {
        var options = new TOptions { Defaults = Small(task), NumberOfThreads = 1 };
        set?.Invoke(options);
        return options;
    }

    public static DenseNetBinaryTrainer.Options BinaryOptions(Action<DenseNetBinaryTrainer.Options>? set = null) => Options(LearningTask.BinaryClassification, set);

    public static DenseNetTuningOptions Tuning(Action<DenseNetTuningOptions>? set = null)
    {
        var tuning = new DenseNetTuningOptions { Space = Space, MaximumTrials = 8, Reduction = 2 };
        set?.Invoke(tuning);
        return tuning;
    }

    /// <summary>Tunes two classes.</summary>
    public static DenseNetTuningResult<DenseNetBinaryTrainer.Options> Tune(Action<DenseNetTuningOptions>? set = null, Action<DenseNetBinaryTrainer.Options>? options = null, IDataView? data = null) =>
        Ml.BinaryClassification.TuneDenseNet(data ?? Binary(), BinaryOptions(options), Tuning(set));

    /// <summary>Asserts that two tunings have the same trials, the same best model and the same ensemble, bit for bit; only the seconds may differ.</summary>
    public static void AssertSame<TOptions>(DenseNetTuningResult<TOptions> expected, DenseNetTuningResult<TOptions> actual)
        where TOptions : DenseNetOptions
    {
        CollectionAssert.AreEqual(expected.Trials.Select(Text).ToList(), actual.Trials.Select(Text).ToList());
        AssertSame(expected.Network, actual.Network);
        AssertSame(expected.EnsembleNetwork, actual.EnsembleNetwork);
        CollectionAssert.AreEqual(expected.Members.Select(member => (member.Trial.Number, member.Weight)).ToList(), actual.Members.Select(member => (member.Trial.Number, member.Weight)).ToList());
        Assert.AreEqual(expected.BestOptionsAsCSharp, actual.BestOptionsAsCSharp);
    }

    public static void AssertSame(TrainedNetwork expected, TrainedNetwork actual)
    {
        Assert.AreEqual(expected.Layout.Layer, actual.Layout.Layer);
        CollectionAssert.AreEqual(expected.Parameters.ToArray(), actual.Parameters.ToArray());
        CollectionAssert.AreEqual(expected.Buffers.ToArray(), actual.Buffers.ToArray());
    }

    /// <summary>A trial without its seconds.</summary>
    public static string Text(TuningTrial trial) => $"{trial.Number} {trial.State} {trial.Values} {string.Join("; ", trial.Rungs.Select(rung => $"{rung.Networks}: {rung.Metric:R}, {rung.Work:R}"))} {trial.Reason}";
}
