using System.Globalization;

namespace Microsoft.ML.DenseNet.TrainingHost;

/// <summary>The tuning that child processes are killed in, and that others go on with or share.</summary>
internal static class HostTuning
{
    public const int Trials = 12;

    /// <summary>Tunes.</summary>
    /// <param name="journal">The journal's folder; null for none.</param>
    /// <param name="progress">Called after each rung and trial.</param>
    public static DenseNetTuningResult<DenseNetBinaryTrainer.Options> Run(string? journal, Action<TuningProgress>? progress)
    {
        var mlContext = new MLContext(seed: 5);
        var rows = DenseNetDatasets.MakeClassification(rows: 300, features: 6, informative: 4, seed: 3).ToDataView(mlContext);
        var options = new DenseNetBinaryTrainer.Options
        {
            Defaults = DenseNetDefaults.For(LearningTask.BinaryClassification) with { HiddenUnits = [16], NumberOfEpochs = 30, EarlyStoppingSteps = 20 },
            CheckpointInterval = TimeSpan.Zero,
            NumberOfThreads = 1,
        };
        return mlContext.BinaryClassification.TuneDenseNet(rows, options, new DenseNetTuningOptions
        {
            Space = TuningSpace.Empty
                .With(TuningParameter.Choice("HiddenWidth", 8, 16, 32))
                .With(TuningParameter.LogUniform("LearningRate", 0.001, 0.05))
                .With(TuningParameter.Uniform("Dropout", 0, 0.4)),
            MaximumTrials = Trials,
            NumberOfWorkers = 2,
            JournalDirectory = journal,
            Progress = progress,
        });
    }

    /// <summary>Says what has been trained here: the trial, and the number of its networks, or that it has ended.</summary>
    public static void Report(TuningProgress progress) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{progress.Trial} {(progress.End is null ? progress.Rung!.Networks : "end")}"));
}
