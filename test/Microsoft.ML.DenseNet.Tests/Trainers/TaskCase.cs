using Microsoft.ML.Trainers.LightGbm;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>One of the three tasks, so that a test can be written once for all: its trainer of ours and ML.NET's, on <see cref="ScoringRow"/>s.</summary>
public sealed record TaskCase(
    string Name,
    string Label,
    Func<MLContext, Action<DenseNetOptions>?, IEstimator<ITransformer>> Trainer,
    Func<MLContext, IEstimator<ITransformer>> LightGbm,
    Func<ITransformer, TrainedNetwork> NetworkOf)
{
    public static readonly TaskCase Binary = new(
        "Binary",
        nameof(ScoringRow.Flag),
        (ml, set) => ml.BinaryClassification.Trainers.DenseNet(Options<DenseNetBinaryTrainer.Options>(nameof(ScoringRow.Flag), set)),
        ml => ml.BinaryClassification.Trainers.LightGbm(new LightGbmBinaryTrainer.Options { LabelColumnName = nameof(ScoringRow.Flag), NumberOfIterations = 2, Verbose = false }),
        transformer => ((DenseNetBinaryTransformer)transformer).Model.Network);

    public static readonly TaskCase Multiclass = new(
        "Multiclass",
        "Key",
        (ml, set) => ml.MulticlassClassification.Trainers.DenseNet(Options<DenseNetMulticlassTrainer.Options>("Key", set)),
        ml => ml.MulticlassClassification.Trainers.LightGbm(new LightGbmMulticlassTrainer.Options { LabelColumnName = "Key", NumberOfIterations = 2 }),
        transformer => ((DenseNetMulticlassTransformer)transformer).Model.Network);

    public static readonly TaskCase Regression = new(
        "Regression",
        nameof(ScoringRow.Value),
        (ml, set) => ml.Regression.Trainers.DenseNet(Options<DenseNetRegressionTrainer.Options>(nameof(ScoringRow.Value), set)),
        ml => ml.Regression.Trainers.LightGbm(new LightGbmRegressionTrainer.Options { LabelColumnName = nameof(ScoringRow.Value), NumberOfIterations = 2 }),
        transformer => ((DenseNetRegressionTransformer)transformer).Model.Network);

    /// <summary>The three tasks, for data-driven tests.</summary>
    public static IEnumerable<object[]> All => [[Binary], [Multiclass], [Regression]];

    public override string ToString() => Name;

    /// <summary>Trains the default network, small and quick, in place of a named one.</summary>
    /// <param name="options">The options.</param>
    /// <param name="networks">The maximum number of networks to average.</param>
    internal static void SetSmallDefault(DenseNetOptions options, int networks)
    {
        options.HiddenUnits = null;
        options.NumberOfEpochs = null;
        options.Defaults = options.DefaultsFor(options switch
        {
            DenseNetBinaryTrainer.Options => LearningTask.BinaryClassification,
            DenseNetMulticlassTrainer.Options => LearningTask.MulticlassClassification,
            _ => LearningTask.Regression,
        }) with { HiddenUnits = [8], NumberOfEpochs = 4, MaximumTrainedFolds = networks };
    }

    /// <summary>A small, quick training; <paramref name="set"/> changes it.</summary>
    private static TOptions Options<TOptions>(string label, Action<DenseNetOptions>? set)
        where TOptions : DenseNetOptions, new()
    {
        var options = new TOptions { LabelColumnName = label, HiddenUnits = [6], NumberOfEpochs = 3, Seed = 1 };
        set?.Invoke(options);
        return options;
    }
}
