namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>DenseNet with no options; it takes its seed from the MLContext.</summary>
internal sealed class DenseNetQualityTrainer() : QualityTrainer("densenet")
{
    public override IEstimator<ITransformer> Binary(MLContext ml, int seed) => ml.BinaryClassification.Trainers.DenseNet();

    public override IEstimator<ITransformer> Multiclass(MLContext ml, int seed) => ml.MulticlassClassification.Trainers.DenseNet();

    public override IEstimator<ITransformer> Regression(MLContext ml, int seed) => ml.Regression.Trainers.DenseNet();
}
