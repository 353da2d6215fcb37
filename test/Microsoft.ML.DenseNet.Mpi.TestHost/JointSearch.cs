using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Microsoft.ML.DenseNet.Mpi.TestHost;

/// <summary>A short tuning, the same in every process that makes it.</summary>
internal static class JointSearch
{
    public const int Trials = 9;

    /// <summary>Tunes.</summary>
    /// <param name="workers">The processes; null for this one alone.</param>
    /// <param name="change">Changes how to search.</param>
    /// <param name="changeOptions">Changes the options.</param>
    /// <param name="log">Receives the warnings of ML.NET's log.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="seed">The context's seed.</param>
    public static DenseNetTuningResult<DenseNetBinaryTrainer.Options> Run(TrainingWorkers? workers, Action<DenseNetTuningOptions>? change = null, Action<DenseNetBinaryTrainer.Options>? changeOptions = null, Action<string>? log = null, int rows = 200, int? seed = 5)
    {
        var mlContext = new MLContext(seed);
        mlContext.Log += (_, entry) =>
        {
            if (entry.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                log?.Invoke(entry.RawMessage);
        };
        var options = new DenseNetBinaryTrainer.Options
        {
            Defaults = DenseNetDefaults.For(LearningTask.BinaryClassification) with { HiddenUnits = [8], NumberOfEpochs = 10, EarlyStoppingRound = 4, EarlyStoppingSteps = 10, NumberEmbedding = null, NumberBins = null },
            CheckpointInterval = TimeSpan.Zero,
            NumberOfThreads = 1,
            Workers = workers,
        };
        changeOptions?.Invoke(options);
        var tuning = new DenseNetTuningOptions
        {
            Space = TuningSpace.Empty
                .With(TuningParameter.Choice("HiddenWidth", 4, 8, 16))
                .With(TuningParameter.LogUniform("LearningRate", 0.001, 0.05))
                .With(TuningParameter.Uniform("Dropout", 0, 0.4)),
            MaximumTrials = Trials,
        };
        change?.Invoke(tuning);
        return mlContext.BinaryClassification.TuneDenseNet(DenseNetDatasets.MakeClassification(rows: rows, features: 6, informative: 4, seed: 3).ToDataView(mlContext), options, tuning);
    }

    /// <summary>Says everything that a tuning has found except for its seconds: two that say the same are the same, bit for bit.</summary>
    public static string Describe(DenseNetTuningResult<DenseNetBinaryTrainer.Options> result) => string.Join('\n',
    [
        .. result.Trials.Select(trial => string.Create(CultureInfo.InvariantCulture, $"{trial.Number} {trial.State} {trial.Values} {string.Join("; ", trial.Rungs.Select(rung => string.Create(CultureInfo.InvariantCulture, $"{rung.Networks}: {rung.Metric:R}, {rung.Work:R}")))} {trial.Reason}")),
        $"best: {result.Best.Number} {Fingerprint(result.Network)}",
        string.Create(CultureInfo.InvariantCulture, $"ensemble: {string.Join(", ", result.Members.Select(member => $"{member.Trial.Number} by {member.Weight:R}"))}: {result.EnsembleMetric:R} {Fingerprint(result.EnsembleNetwork)}"),
        result.BestOptionsAsCSharp,
    ]);

    /// <summary>A hash of a network's values.</summary>
    public static string Fingerprint(TrainedNetwork network) =>
        Convert.ToHexStringLower(SHA256.HashData([.. MemoryMarshal.AsBytes(network.Parameters.Span), .. MemoryMarshal.AsBytes(network.Buffers.Span)]));
}
