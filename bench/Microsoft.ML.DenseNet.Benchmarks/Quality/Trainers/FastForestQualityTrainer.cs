using Microsoft.ML.Trainers.FastTree;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>
/// ML.NET's random forest, one-versus-all for several classes; it accepts missing values as they are. Its binary model has no
/// probabilities, so a Platt calibrator on the training rows adds them, as one-versus-all does by itself.
/// </summary>
internal sealed class FastForestQualityTrainer() : QualityTrainer("fastforest")
{
    public override IEstimator<ITransformer> Binary(MLContext ml, int seed) =>
        CreateBinary(ml, seed).Append(ml.BinaryClassification.Calibrators.Platt());

    public override IEstimator<ITransformer> Multiclass(MLContext ml, int seed) =>
        ml.MulticlassClassification.Trainers.OneVersusAll(CreateBinary(ml, seed));

    public override IEstimator<ITransformer> Regression(MLContext ml, int seed) =>
        ml.Regression.Trainers.FastForest(new FastForestRegressionTrainer.Options { Seed = seed, FeatureSelectionSeed = seed });

    private static FastForestBinaryTrainer CreateBinary(MLContext ml, int seed) =>
        ml.BinaryClassification.Trainers.FastForest(new FastForestBinaryTrainer.Options { Seed = seed, FeatureSelectionSeed = seed });
}
