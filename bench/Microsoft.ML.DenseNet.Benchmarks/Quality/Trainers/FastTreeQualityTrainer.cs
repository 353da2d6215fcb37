using Microsoft.ML.Trainers.FastTree;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>ML.NET's own boosted trees, one-versus-all for several classes; they accept missing values as they are.</summary>
internal sealed class FastTreeQualityTrainer() : QualityTrainer("fasttree")
{
    public override IEstimator<ITransformer> Binary(MLContext ml, int seed) => CreateBinary(ml, seed);

    public override IEstimator<ITransformer> Multiclass(MLContext ml, int seed) =>
        ml.MulticlassClassification.Trainers.OneVersusAll(CreateBinary(ml, seed));

    public override IEstimator<ITransformer> Regression(MLContext ml, int seed) =>
        ml.Regression.Trainers.FastTree(new FastTreeRegressionTrainer.Options { Seed = seed, FeatureSelectionSeed = seed });

    private static FastTreeBinaryTrainer CreateBinary(MLContext ml, int seed) =>
        ml.BinaryClassification.Trainers.FastTree(new FastTreeBinaryTrainer.Options { Seed = seed, FeatureSelectionSeed = seed });
}
