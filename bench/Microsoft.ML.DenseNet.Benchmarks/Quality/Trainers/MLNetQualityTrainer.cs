using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.FastTree;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>One more of ML.NET's trainers, for the tasks that it has; each takes its seed from the MLContext.</summary>
internal sealed class MLNetQualityTrainer(string name) : QualityTrainer(name)
{
    private Func<MLContext, IEstimator<ITransformer>>? ForBinary { get; init; }

    private Func<MLContext, IEstimator<ITransformer>>? ForMulticlass { get; init; }

    private Func<MLContext, IEstimator<ITransformer>>? ForRegression { get; init; }

    /// <summary>Whether numbers are made of similar size, and missing ones replaced.</summary>
    private bool Standardizes { get; init; }

    /// <summary>Whether labels below 0 are impossible.</summary>
    private bool IsForCounts { get; init; }

    public static IReadOnlyList<QualityTrainer> All { get; } =
    [
        // Its regression is the trainer linear. One thread makes it repeatable.
        new MLNetQualityTrainer("sdca")
        {
            ForBinary = ml => ml.BinaryClassification.Trainers.SdcaLogisticRegression(new SdcaLogisticRegressionBinaryTrainer.Options { NumberOfThreads = 1 }),
            ForMulticlass = ml => ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(new SdcaMaximumEntropyMulticlassTrainer.Options { NumberOfThreads = 1 }),
            Standardizes = true,
        },
        new MLNetQualityTrainer("perceptron")
        {
            ForBinary = ml => ml.BinaryClassification.Trainers.AveragedPerceptron().Append(ml.BinaryClassification.Calibrators.Platt()),
            ForMulticlass = ml => ml.MulticlassClassification.Trainers.OneVersusAll(ml.BinaryClassification.Trainers.AveragedPerceptron()),
            Standardizes = true,
        },
        new MLNetQualityTrainer("ffm")
        {
            ForBinary = ml => ml.BinaryClassification.Trainers.FieldAwareFactorizationMachine(featureColumnName: ColumnNames.Features),
            Standardizes = true,
        },
        // One thread: its thousands of iterations are short, and several threads wait for each other where cores are shared.
        new MLNetQualityTrainer("gam")
        {
            ForBinary = ml => ml.BinaryClassification.Trainers.Gam(new GamBinaryTrainer.Options { NumberOfThreads = 1 }),
            ForRegression = ml => ml.Regression.Trainers.Gam(new GamRegressionTrainer.Options { NumberOfThreads = 1 }),
        },
        new MLNetQualityTrainer("poisson") { ForRegression = ml => ml.Regression.Trainers.LbfgsPoissonRegression(), Standardizes = true, IsForCounts = true },
        new MLNetQualityTrainer("tweedie") { ForRegression = ml => ml.Regression.Trainers.FastTreeTweedie(new FastTreeTweedieTrainer.Options()), IsForCounts = true },
    ];

    public override bool CanRun(Dataset dataset) => dataset.Info.Task switch
    {
        TabularTask.Binary => ForBinary is not null,
        TabularTask.Multiclass => ForMulticlass is not null,
        _ => ForRegression is not null && !(IsForCounts && dataset.Train.View.GetColumn<float>(ColumnNames.Label).Any(label => label < 0)),
    };

    public override IEstimator<ITransformer>? PrepareNumbers(MLContext ml, InputOutputColumnPair[] columns) =>
        Standardizes ? QualityPipeline.Standardize(ml, columns) : null;

    public override IEstimator<ITransformer> Binary(MLContext ml, int seed) => ForBinary!(ml);

    public override IEstimator<ITransformer> Multiclass(MLContext ml, int seed) => ForMulticlass!(ml);

    public override IEstimator<ITransformer> Regression(MLContext ml, int seed) => ForRegression!(ml);
}
