namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>DenseNet with no options but the effort; it takes its seed from the MLContext.</summary>
internal sealed class DenseNetQualityTrainer(string name, Effort effort) : QualityTrainer(name)
{
    public override IEstimator<ITransformer> Binary(MLContext ml, int seed) => ml.BinaryClassification.Trainers.DenseNet(effort: effort);

    public override IEstimator<ITransformer> Multiclass(MLContext ml, int seed) => ml.MulticlassClassification.Trainers.DenseNet(effort: effort);

    public override IEstimator<ITransformer> Regression(MLContext ml, int seed) => ml.Regression.Trainers.DenseNet(effort: effort);
}
