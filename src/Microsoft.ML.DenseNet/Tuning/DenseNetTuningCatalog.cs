using Microsoft.ML.Data;
using Microsoft.ML.DenseNet;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Adds the search for good options of the DenseNet trainers to ML.NET's catalogs.</summary>
public static class DenseNetTuningCatalog
{
    /// <summary>Searches for good options of a <see cref="DenseNetBinaryTrainer"/>, and trains with them.</summary>
    /// <param name="catalog">The catalog for binary classification.</param>
    /// <param name="trainData">The rows to learn from. They are read for every trial: cache what is expensive to compute.</param>
    /// <param name="labelColumnName">The label column: Boolean.</param>
    /// <param name="featureColumnName">The feature column: a known-size vector of <see cref="float"/>, raw.</param>
    /// <param name="maximumTrials">The number of trials, from 1 to <see cref="DenseNetTuningOptions.MaximumNumberOfTrials"/>.</param>
    /// <returns>The best options, their model, an ensemble, and all trials.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type, or <paramref name="maximumTrials"/> is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The data cannot be trained on; the message says what to do.</exception>
    public static DenseNetTuningResult<DenseNetBinaryTrainer.Options> TuneDenseNet(this BinaryClassificationCatalog catalog, IDataView trainData, string labelColumnName = DefaultColumnNames.Label, string featureColumnName = DefaultColumnNames.Features, int maximumTrials = 30) =>
        catalog.TuneDenseNet(trainData, Options<DenseNetBinaryTrainer.Options>(labelColumnName, featureColumnName), new DenseNetTuningOptions { MaximumTrials = maximumTrials });

    /// <summary>Searches for good options of a <see cref="DenseNetBinaryTrainer"/>, starting from some, and trains with them.</summary>
    /// <param name="catalog">The catalog for binary classification.</param>
    /// <param name="trainData">The rows to learn from. They are read for every trial: cache what is expensive to compute.</param>
    /// <param name="options">The options of the first trial, and of all others where the space does not change them.</param>
    /// <param name="tuning">How to search; each option documents its range and default.</param>
    /// <returns>The best options, their model, an ensemble, and all trials.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type, or an option is out of its range.</exception>
    /// <exception cref="ArgumentException">Options exclude each other, or the space does not fit; the message says how.</exception>
    /// <exception cref="InvalidOperationException">The data cannot be trained on, or the journal is of another tuning; the message says what to do.</exception>
    /// <exception cref="FormatException">The journal, or a file of it, is damaged.</exception>
    /// <exception cref="IOException">The journal cannot be read or written.</exception>
    /// <exception cref="OperationCanceledException"><see cref="DenseNetTuningOptions.CancellationToken"/> asked for it before a trial was complete.</exception>
    public static DenseNetTuningResult<DenseNetBinaryTrainer.Options> TuneDenseNet(this BinaryClassificationCatalog catalog, IDataView trainData, DenseNetBinaryTrainer.Options options, DenseNetTuningOptions tuning) =>
        Run<DenseNetBinaryTrainer.Options, DenseNetBinaryTransformer, DenseNetBinaryModelParameters>(catalog, trainData, options, tuning, LearningTask.BinaryClassification, (environment, trial) => new DenseNetBinaryTrainer(environment, trial));

    /// <summary>Searches for good options of a <see cref="DenseNetMulticlassTrainer"/>, and trains with them.</summary>
    /// <param name="catalog">The catalog for multiclass classification.</param>
    /// <param name="trainData">The rows to learn from. They are read for every trial: cache what is expensive to compute.</param>
    /// <param name="labelColumnName">The label column: a key.</param>
    /// <param name="featureColumnName">The feature column: a known-size vector of <see cref="float"/>, raw.</param>
    /// <param name="maximumTrials">The number of trials, from 1 to <see cref="DenseNetTuningOptions.MaximumNumberOfTrials"/>.</param>
    /// <inheritdoc cref="TuneDenseNet(BinaryClassificationCatalog, IDataView, string, string, int)" path="/*[not(self::param) and not(self::summary)]"/>
    public static DenseNetTuningResult<DenseNetMulticlassTrainer.Options> TuneDenseNet(this MulticlassClassificationCatalog catalog, IDataView trainData, string labelColumnName = DefaultColumnNames.Label, string featureColumnName = DefaultColumnNames.Features, int maximumTrials = 30) =>
        catalog.TuneDenseNet(trainData, Options<DenseNetMulticlassTrainer.Options>(labelColumnName, featureColumnName), new DenseNetTuningOptions { MaximumTrials = maximumTrials });

    /// <summary>Searches for good options of a <see cref="DenseNetMulticlassTrainer"/>, starting from some, and trains with them.</summary>
    /// <param name="catalog">The catalog for multiclass classification.</param>
    /// <param name="trainData">The rows to learn from. They are read for every trial: cache what is expensive to compute.</param>
    /// <param name="options">The options of the first trial, and of all others where the space does not change them.</param>
    /// <param name="tuning">How to search; each option documents its range and default.</param>
    /// <inheritdoc cref="TuneDenseNet(BinaryClassificationCatalog, IDataView, DenseNetBinaryTrainer.Options, DenseNetTuningOptions)" path="/*[not(self::param) and not(self::summary)]"/>
    public static DenseNetTuningResult<DenseNetMulticlassTrainer.Options> TuneDenseNet(this MulticlassClassificationCatalog catalog, IDataView trainData, DenseNetMulticlassTrainer.Options options, DenseNetTuningOptions tuning) =>
        Run<DenseNetMulticlassTrainer.Options, DenseNetMulticlassTransformer, DenseNetMulticlassModelParameters>(catalog, trainData, options, tuning, LearningTask.MulticlassClassification, (environment, trial) => new DenseNetMulticlassTrainer(environment, trial));

    /// <summary>Searches for good options of a <see cref="DenseNetRegressionTrainer"/>, and trains with them.</summary>
    /// <param name="catalog">The catalog for regression.</param>
    /// <param name="trainData">The rows to learn from. They are read for every trial: cache what is expensive to compute.</param>
    /// <param name="labelColumnName">The label column: <see cref="float"/>.</param>
    /// <param name="featureColumnName">The feature column: a known-size vector of <see cref="float"/>, raw.</param>
    /// <param name="maximumTrials">The number of trials, from 1 to <see cref="DenseNetTuningOptions.MaximumNumberOfTrials"/>.</param>
    /// <inheritdoc cref="TuneDenseNet(BinaryClassificationCatalog, IDataView, string, string, int)" path="/*[not(self::param) and not(self::summary)]"/>
    public static DenseNetTuningResult<DenseNetRegressionTrainer.Options> TuneDenseNet(this RegressionCatalog catalog, IDataView trainData, string labelColumnName = DefaultColumnNames.Label, string featureColumnName = DefaultColumnNames.Features, int maximumTrials = 30) =>
        catalog.TuneDenseNet(trainData, Options<DenseNetRegressionTrainer.Options>(labelColumnName, featureColumnName), new DenseNetTuningOptions { MaximumTrials = maximumTrials });

    /// <summary>Searches for good options of a <see cref="DenseNetRegressionTrainer"/>, starting from some, and trains with them.</summary>
    /// <param name="catalog">The catalog for regression.</param>
    /// <param name="trainData">The rows to learn from. They are read for every trial: cache what is expensive to compute.</param>
    /// <param name="options">The options of the first trial, and of all others where the space does not change them.</param>
    /// <param name="tuning">How to search; each option documents its range and default.</param>
    /// <inheritdoc cref="TuneDenseNet(BinaryClassificationCatalog, IDataView, DenseNetBinaryTrainer.Options, DenseNetTuningOptions)" path="/*[not(self::param) and not(self::summary)]"/>
    public static DenseNetTuningResult<DenseNetRegressionTrainer.Options> TuneDenseNet(this RegressionCatalog catalog, IDataView trainData, DenseNetRegressionTrainer.Options options, DenseNetTuningOptions tuning) =>
        Run<DenseNetRegressionTrainer.Options, DenseNetRegressionTransformer, DenseNetRegressionModelParameters>(catalog, trainData, options, tuning, LearningTask.Regression, (environment, trial) => new DenseNetRegressionTrainer(environment, trial));

    private static DenseNetTuningResult<TOptions> Run<TOptions, TTransformer, TModel>(TrainCatalogBase catalog, IDataView trainData, TOptions options, DenseNetTuningOptions tuning, LearningTask task, Func<IHostEnvironment, TOptions, DenseNetTrainerBase<TTransformer, TModel>> create)
        where TOptions : DenseNetOptions
        where TTransformer : class, ISingleFeaturePredictionTransformer<TModel>
        where TModel : class
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(trainData);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(tuning);
        var environment = CatalogUtils.GetEnvironment(catalog);
        var trainer = new TrialTrainer<TOptions, TTransformer, TModel>(trainData, tuning.Preprocess, trial => create(environment, trial));
        return DenseNetTuner.Run(environment, task, trainer, options, tuning);
    }

    private static TOptions Options<TOptions>(string label, string features)
        where TOptions : DenseNetOptions, new() => new() { LabelColumnName = label, FeatureColumnName = features };
}
