using Microsoft.ML.DenseNet;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Adds the DenseNet trainers to ML.NET's catalogs.</summary>
public static class DenseNetCatalog
{
    /// <summary>Creates a <see cref="DenseNetBinaryTrainer"/>, which trains a dense neural network to distinguish two classes.</summary>
    /// <param name="catalog">The binary classification trainers.</param>
    /// <param name="labelColumnName">The label column: Boolean.</param>
    /// <param name="featureColumnName">The feature column: a known-size vector of <see cref="float"/>, raw.</param>
    /// <param name="exampleWeightColumnName">The example weight column: <see cref="float"/>; null for none.</param>
    /// <param name="hiddenUnits">The widths of the hidden layers, each from 1 to <see cref="Layer.MaximumUnits"/>; empty for a linear model, null for the default network.</param>
    /// <param name="learningRate">The size of a step, above 0; null for the default.</param>
    /// <param name="numberOfEpochs">Passes over the training rows, from 0 to <see cref="TrainingHistory.MaximumCount"/>; null for the default.</param>
    /// <param name="effort">How much time the default network takes to train, for how good a model; not with <paramref name="hiddenUnits"/>.</param>
    /// <returns>The trainer; nothing is read before its <c>Fit</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A width in <paramref name="hiddenUnits"/> is outside 1 to <see cref="Layer.MaximumUnits"/>, <paramref name="learningRate"/> is not a finite number above 0, or <paramref name="numberOfEpochs"/> is outside 0 to <see cref="TrainingHistory.MaximumCount"/>.</exception>
    /// <exception cref="ArgumentException">One column has two roles, a name is empty, or both <paramref name="hiddenUnits"/> and <paramref name="effort"/> are given.</exception>
    public static DenseNetBinaryTrainer DenseNet(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog,
        string labelColumnName = DefaultColumnNames.Label,
        string featureColumnName = DefaultColumnNames.Features,
        string? exampleWeightColumnName = null,
        IReadOnlyList<int>? hiddenUnits = null,
        double? learningRate = null,
        int? numberOfEpochs = null,
        Effort effort = Effort.Standard) =>
        catalog.DenseNet(Options<DenseNetBinaryTrainer.Options>(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenUnits, learningRate, numberOfEpochs, effort));

    /// <summary>Creates a <see cref="DenseNetBinaryTrainer"/> with all its options.</summary>
    /// <param name="catalog">The binary classification trainers.</param>
    /// <param name="options">The options; each documents its range and default.</param>
    /// <returns>The trainer; nothing is read before its <c>Fit</c>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its documented range.</exception>
    /// <exception cref="ArgumentException">Options exclude each other, or the loss does not fit the task; the message says which.</exception>
    public static DenseNetBinaryTrainer DenseNet(this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, DenseNetBinaryTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new DenseNetBinaryTrainer(CatalogUtils.GetEnvironment(catalog), options);
    }

    /// <summary>Creates a <see cref="DenseNetMulticlassTrainer"/>, which trains a dense neural network to distinguish K classes.</summary>
    /// <param name="catalog">The multiclass classification trainers.</param>
    /// <param name="labelColumnName">The label column: a key.</param>
    /// <param name="featureColumnName">The feature column: a known-size vector of <see cref="float"/>, raw.</param>
    /// <param name="exampleWeightColumnName">The example weight column: <see cref="float"/>; null for none.</param>
    /// <param name="hiddenUnits">The widths of the hidden layers, each from 1 to <see cref="Layer.MaximumUnits"/>; empty for a linear model, null for the default network.</param>
    /// <param name="learningRate">The size of a step, above 0; null for the default.</param>
    /// <param name="numberOfEpochs">Passes over the training rows, from 0 to <see cref="TrainingHistory.MaximumCount"/>; null for the default.</param>
    /// <param name="effort">How much time the default network takes to train, for how good a model; not with <paramref name="hiddenUnits"/>.</param>
    /// <returns>The trainer; nothing is read before its <c>Fit</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A width in <paramref name="hiddenUnits"/> is outside 1 to <see cref="Layer.MaximumUnits"/>, <paramref name="learningRate"/> is not a finite number above 0, or <paramref name="numberOfEpochs"/> is outside 0 to <see cref="TrainingHistory.MaximumCount"/>.</exception>
    /// <exception cref="ArgumentException">One column has two roles, a name is empty, or both <paramref name="hiddenUnits"/> and <paramref name="effort"/> are given.</exception>
    public static DenseNetMulticlassTrainer DenseNet(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = DefaultColumnNames.Label,
        string featureColumnName = DefaultColumnNames.Features,
        string? exampleWeightColumnName = null,
        IReadOnlyList<int>? hiddenUnits = null,
        double? learningRate = null,
        int? numberOfEpochs = null,
        Effort effort = Effort.Standard) =>
        catalog.DenseNet(Options<DenseNetMulticlassTrainer.Options>(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenUnits, learningRate, numberOfEpochs, effort));

    /// <summary>Creates a <see cref="DenseNetMulticlassTrainer"/> with all its options.</summary>
    /// <param name="catalog">The multiclass classification trainers.</param>
    /// <param name="options">The options; each documents its range and default.</param>
    /// <returns>The trainer; nothing is read before its <c>Fit</c>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its documented range.</exception>
    /// <exception cref="ArgumentException">Options exclude each other, or the loss does not fit the task; the message says which.</exception>
    public static DenseNetMulticlassTrainer DenseNet(this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, DenseNetMulticlassTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new DenseNetMulticlassTrainer(CatalogUtils.GetEnvironment(catalog), options);
    }

    /// <summary>Creates a <see cref="DenseNetRegressionTrainer"/>, which trains a dense neural network to predict a number.</summary>
    /// <param name="catalog">The regression trainers.</param>
    /// <param name="labelColumnName">The label column: <see cref="float"/>.</param>
    /// <param name="featureColumnName">The feature column: a known-size vector of <see cref="float"/>, raw.</param>
    /// <param name="exampleWeightColumnName">The example weight column: <see cref="float"/>; null for none.</param>
    /// <param name="hiddenUnits">The widths of the hidden layers, each from 1 to <see cref="Layer.MaximumUnits"/>; empty for a linear model, null for the default network.</param>
    /// <param name="learningRate">The size of a step, above 0; null for the default.</param>
    /// <param name="numberOfEpochs">Passes over the training rows, from 0 to <see cref="TrainingHistory.MaximumCount"/>; null for the default.</param>
    /// <param name="effort">How much time the default network takes to train, for how good a model; not with <paramref name="hiddenUnits"/>.</param>
    /// <returns>The trainer; nothing is read before its <c>Fit</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A width in <paramref name="hiddenUnits"/> is outside 1 to <see cref="Layer.MaximumUnits"/>, <paramref name="learningRate"/> is not a finite number above 0, or <paramref name="numberOfEpochs"/> is outside 0 to <see cref="TrainingHistory.MaximumCount"/>.</exception>
    /// <exception cref="ArgumentException">One column has two roles, a name is empty, or both <paramref name="hiddenUnits"/> and <paramref name="effort"/> are given.</exception>
    public static DenseNetRegressionTrainer DenseNet(
        this RegressionCatalog.RegressionTrainers catalog,
        string labelColumnName = DefaultColumnNames.Label,
        string featureColumnName = DefaultColumnNames.Features,
        string? exampleWeightColumnName = null,
        IReadOnlyList<int>? hiddenUnits = null,
        double? learningRate = null,
        int? numberOfEpochs = null,
        Effort effort = Effort.Standard) =>
        catalog.DenseNet(Options<DenseNetRegressionTrainer.Options>(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenUnits, learningRate, numberOfEpochs, effort));

    /// <summary>Creates a <see cref="DenseNetRegressionTrainer"/> with all its options.</summary>
    /// <param name="catalog">The regression trainers.</param>
    /// <param name="options">The options; each documents its range and default.</param>
    /// <returns>The trainer; nothing is read before its <c>Fit</c>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its documented range.</exception>
    /// <exception cref="ArgumentException">Options exclude each other, or the loss does not fit the task; the message says which.</exception>
    public static DenseNetRegressionTrainer DenseNet(this RegressionCatalog.RegressionTrainers catalog, DenseNetRegressionTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new DenseNetRegressionTrainer(CatalogUtils.GetEnvironment(catalog), options);
    }

    private static TOptions Options<TOptions>(string label, string features, string? weight, IReadOnlyList<int>? hiddenUnits, double? learningRate, int? numberOfEpochs, Effort effort)
        where TOptions : DenseNetOptions, new() => new()
        {
            LabelColumnName = label,
            FeatureColumnName = features,
            ExampleWeightColumnName = weight,
            HiddenUnits = hiddenUnits,
            LearningRate = learningRate,
            NumberOfEpochs = numberOfEpochs,
            Effort = effort,
        };
}
