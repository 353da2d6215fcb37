using Microsoft.ML.Trainers.LightGbm;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>ML.NET's LightGBM; it accepts missing values as they are.</summary>
internal sealed class LightGbmQualityTrainer() : QualityTrainer("lightgbm")
{
    public override IEstimator<ITransformer> Binary(MLContext ml, int seed) =>
        ml.BinaryClassification.Trainers.LightGbm(new LightGbmBinaryTrainer.Options { Seed = seed });

    public override IEstimator<ITransformer> Multiclass(MLContext ml, int seed) =>
        ml.MulticlassClassification.Trainers.LightGbm(new LightGbmMulticlassTrainer.Options { Seed = seed });

    public override IEstimator<ITransformer> Regression(MLContext ml, int seed) =>
        ml.Regression.Trainers.LightGbm(new LightGbmRegressionTrainer.Options { Seed = seed });
}
