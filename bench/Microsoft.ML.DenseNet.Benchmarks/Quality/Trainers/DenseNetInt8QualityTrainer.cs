namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>DenseNet with no options but 8-bit weights in prediction; it takes its seed from the MLContext.</summary>
internal sealed class DenseNetInt8QualityTrainer() : QualityTrainer("densenet-int8")
{
    public override IEstimator<ITransformer> Binary(MLContext ml, int seed) =>
        ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { Quantization = NetworkQuantization.Int8 });

    public override IEstimator<ITransformer> Multiclass(MLContext ml, int seed) =>
        ml.MulticlassClassification.Trainers.DenseNet(new DenseNetMulticlassTrainer.Options { Quantization = NetworkQuantization.Int8 });

    public override IEstimator<ITransformer> Regression(MLContext ml, int seed) =>
        ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { Quantization = NetworkQuantization.Int8 });
}
