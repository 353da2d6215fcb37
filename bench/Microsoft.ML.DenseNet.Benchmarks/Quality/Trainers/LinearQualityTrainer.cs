namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>
/// ML.NET's linear models: logistic regression by L-BFGS for classes, SDCA for numbers. They need numbers of similar size, so
/// these are standardized, and cannot accept missing ones, which become the mean. They take their seed from the MLContext.
/// </summary>
internal sealed class LinearQualityTrainer() : QualityTrainer("linear")
{
    public override IEstimator<ITransformer> PrepareNumbers(MLContext ml, InputOutputColumnPair[] columns) =>
        QualityPipeline.Standardize(ml, columns);

    public override IEstimator<ITransformer> Binary(MLContext ml, int seed) => ml.BinaryClassification.Trainers.LbfgsLogisticRegression();

    public override IEstimator<ITransformer> Multiclass(MLContext ml, int seed) => ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy();

    public override IEstimator<ITransformer> Regression(MLContext ml, int seed) => ml.Regression.Trainers.Sdca();
}
