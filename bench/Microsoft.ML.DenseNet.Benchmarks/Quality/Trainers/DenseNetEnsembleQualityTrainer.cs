namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>DenseNet with the number of members in one model that TabM's authors use; it takes its seed from the MLContext.</summary>
internal sealed class DenseNetEnsembleQualityTrainer() : QualityTrainer("densenet-ensemble")
{
    public override IEstimator<ITransformer> Binary(MLContext ml, int seed) =>
        ml.BinaryClassification.Trainers.DenseNet(CreateEnsembleOptions<DenseNetBinaryTrainer.Options>());

    public override IEstimator<ITransformer> Multiclass(MLContext ml, int seed) =>
        ml.MulticlassClassification.Trainers.DenseNet(CreateEnsembleOptions<DenseNetMulticlassTrainer.Options>());

    public override IEstimator<ITransformer> Regression(MLContext ml, int seed) =>
        ml.Regression.Trainers.DenseNet(CreateEnsembleOptions<DenseNetRegressionTrainer.Options>());

    private static TOptions CreateEnsembleOptions<TOptions>()
        where TOptions : DenseNetOptions, new() => new() { EnsembleSize = 32 };
}
