using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>
/// ML.NET's linear models: logistic regression by L-BFGS for classes, SDCA for numbers. They need features of similar size and
/// cannot take missing values, which become the mean. They take their seed from the MLContext.
/// </summary>
internal sealed class LinearQualityTrainer() : QualityTrainer("linear")
{
    public override IEstimator<ITransformer> Binary(MLContext ml, int seed) =>
        Prepare(ml).Append(ml.BinaryClassification.Trainers.LbfgsLogisticRegression());

    public override IEstimator<ITransformer> Multiclass(MLContext ml, int seed) =>
        Prepare(ml).Append(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy());

    public override IEstimator<ITransformer> Regression(MLContext ml, int seed) =>
        Prepare(ml).Append(ml.Regression.Trainers.Sdca());

    private static EstimatorChain<NormalizingTransformer> Prepare(MLContext ml) =>
        ml.Transforms.ReplaceMissingValues(ColumnNames.Features, replacementMode: MissingValueReplacingEstimator.ReplacementMode.Mean)
            .Append(ml.Transforms.NormalizeMinMax(ColumnNames.Features));
}
