namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>Predicts the classes' rates, or the mean, whatever the row: what any model must beat.</summary>
internal sealed class ConstantQualityTrainer() : QualityTrainer("constant")
{
    public override IEstimator<ITransformer> Binary(MLContext ml, int seed) => new ConstantEstimator(ml, TabularTask.Binary);

    public override IEstimator<ITransformer> Multiclass(MLContext ml, int seed) => new ConstantEstimator(ml, TabularTask.Multiclass);

    public override IEstimator<ITransformer> Regression(MLContext ml, int seed) => new ConstantEstimator(ml, TabularTask.Regression);
}
