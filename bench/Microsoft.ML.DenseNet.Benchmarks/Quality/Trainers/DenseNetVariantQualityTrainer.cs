namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>DenseNet with one of its defaults changed, for ablations; it takes its seed from the MLContext.</summary>
internal sealed class DenseNetVariantQualityTrainer(string name, Func<DenseNetDefaults, DenseNetDefaults> change) : QualityTrainer(name)
{
    /// <summary>Each component of the defaults turned off or replaced, one at a time.</summary>
    public static IEnumerable<DenseNetVariantQualityTrainer> All { get; } =
    [
        new("densenet-no-embedding", defaults => defaults with { NumberEmbedding = null, NumberBins = null }),
        new("densenet-no-bins", defaults => defaults with { NumberBins = null }),
        new("densenet-bins-16", defaults => defaults with { NumberBins = (PiecewiseLinearEmbeddingLayer)Layer.PiecewiseLinearEmbedding(16, 4) }),
        new("densenet-no-categories", defaults => defaults with { CategoryWidth = 0 }),
        new("densenet-no-scale", defaults => defaults with { LearnInputScale = false }),
        new("densenet-no-init", defaults => defaults with { InitializeFromData = false }),
        new("densenet-no-average", defaults => defaults with { MaximumTrainedFolds = 1 }),
        new("densenet-no-calibration", defaults => defaults with { Calibrate = false }),
        new("densenet-no-dropout", defaults => defaults with { Dropout = 0 }),
        new("densenet-no-decay", defaults => defaults with { WeightDecay = 0 }),
        new("densenet-constant-rate", defaults => defaults with { Schedule = Schedules.Constant }),
        new("densenet-smoothing", defaults => defaults with { LabelSmoothing = 0.1 }),
        new("densenet-smoothing-02", defaults => defaults with { LabelSmoothing = 0.02 }),
        new("densenet-no-smoothing", defaults => defaults with { LabelSmoothing = 0, DoubtedRows = 0 }),
        new("densenet-no-weight-average", defaults => defaults with { WeightAveraging = null }),
        new("densenet-no-clamp", defaults => defaults with { ClampPrediction = false }),
        new("densenet-folds-8", defaults => defaults with { Folds = 8, MaximumTrainedFolds = 8 }),
        new("densenet-folds-10-4", defaults => defaults with { Folds = 10 }),
        new("densenet-short-wait", defaults => defaults with { EarlyStoppingSteps = 0 }),
        new("densenet-long-wait", defaults => defaults with { EarlyStoppingSteps = 240, EarlyStoppingRound = 24 }),
        new("densenet-relu", defaults => defaults with { Activation = Layer.ReLU }),
        new("densenet-mish", defaults => defaults with { Activation = Layer.Mish }),
        new("densenet-pytabkit-rate", defaults => defaults with { LearningRate = defaults.LearningRate * 4 }),
        new("densenet-half-rate", defaults => defaults with { LearningRate = defaults.LearningRate / 2 }),
        new("densenet-quarter-rate", defaults => defaults with { LearningRate = defaults.LearningRate / 4 }),
        new("densenet-batch-64", defaults => defaults with { BatchSize = 64 }),
        new("densenet-batch-128", defaults => defaults with { BatchSize = 128 }),
    ];

    public override IEstimator<ITransformer> Binary(MLContext ml, int seed) =>
        ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { Defaults = change(DenseNetDefaults.For(LearningTask.BinaryClassification)) });

    public override IEstimator<ITransformer> Multiclass(MLContext ml, int seed) =>
        ml.MulticlassClassification.Trainers.DenseNet(new DenseNetMulticlassTrainer.Options { Defaults = change(DenseNetDefaults.For(LearningTask.MulticlassClassification)) });

    public override IEstimator<ITransformer> Regression(MLContext ml, int seed) =>
        ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { Defaults = change(DenseNetDefaults.For(LearningTask.Regression)) });
}
