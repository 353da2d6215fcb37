using Microsoft.ML.Data;
using Microsoft.ML.DenseNet;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Creates ML.NET transformers from existing networks, for example trained in PyTorch and read by <see cref="TrainedNetwork.LoadSafetensors(string)"/>.</summary>
/// <remarks>Such a transformer scores, saves, loads and exports ONNX like one that a trainer fitted, and its model can be trained further.</remarks>
public static class DenseNetScoringCatalog
{
    private const string LabelColumn = DefaultColumnNames.Label;

    /// <summary>Creates a transformer that adds Score (the logit), Probability and PredictedLabel.</summary>
    /// <param name="catalog">The catalog for binary classification.</param>
    /// <param name="network">A network for binary classification: one output, the logit of the positive class.</param>
    /// <param name="featureColumnName">The feature column, a vector of <see cref="float"/> as wide as the network's input; null for <see cref="TrainedNetwork.FeatureColumnName"/>, or <c>Features</c> if that is null.</param>
    /// <exception cref="ArgumentException">The network is for another task, or the name is empty.</exception>
    public static DenseNetBinaryTransformer CreateTransformer(this BinaryClassificationCatalog catalog, TrainedNetwork network, string? featureColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var (environment, feature) = Check(catalog, network, LearningTask.BinaryClassification, featureColumnName);
        return new DenseNetBinaryTransformer(environment, new DenseNetBinaryModelParameters(environment, network), Schema(network, feature), feature);
    }

    /// <summary>Creates a transformer that adds Score (the probability of each class) and PredictedLabel, a key whose values are <see cref="TrainedNetwork.ClassNames"/>.</summary>
    /// <param name="catalog">The catalog for multiclass classification.</param>
    /// <param name="network">A network for multiclass classification: a logit for each class.</param>
    /// <param name="featureColumnName">The feature column, a vector of <see cref="float"/> as wide as the network's input; null for <see cref="TrainedNetwork.FeatureColumnName"/>, or <c>Features</c> if that is null.</param>
    /// <exception cref="ArgumentException">The network is for another task, or the name is empty.</exception>
    public static DenseNetMulticlassTransformer CreateTransformer(this MulticlassClassificationCatalog catalog, TrainedNetwork network, string? featureColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var (environment, feature) = Check(catalog, network, LearningTask.MulticlassClassification, featureColumnName);
        string label = feature == LabelColumn ? LabelColumn + "Key" : LabelColumn;
        return new DenseNetMulticlassTransformer(environment, new DenseNetMulticlassModelParameters(environment, network), Schema(network, feature, label), feature, label);
    }

    /// <summary>Creates a transformer that adds Score, the predicted value.</summary>
    /// <param name="catalog">The catalog for regression.</param>
    /// <param name="network">A network for regression: one output, the prediction.</param>
    /// <param name="featureColumnName">The feature column, a vector of <see cref="float"/> as wide as the network's input; null for <see cref="TrainedNetwork.FeatureColumnName"/>, or <c>Features</c> if that is null.</param>
    /// <exception cref="ArgumentException">The network is for another task, or the name is empty.</exception>
    public static DenseNetRegressionTransformer CreateTransformer(this RegressionCatalog catalog, TrainedNetwork network, string? featureColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var (environment, feature) = Check(catalog, network, LearningTask.Regression, featureColumnName);
        return new DenseNetRegressionTransformer(environment, new DenseNetRegressionModelParameters(environment, network), Schema(network, feature), feature);
    }

    private static (IHostEnvironment Environment, string Feature) Check(TrainCatalogBase catalog, TrainedNetwork network, LearningTask task, string? featureColumnName)
    {
        ArgumentNullException.ThrowIfNull(network);
        string feature = featureColumnName ?? network.FeatureColumnName ?? DefaultColumnNames.Features;
        Guard.NotEmpty(feature, nameof(featureColumnName));
        return network.Task == task
            ? (CatalogUtils.GetEnvironment(catalog), feature)
            : throw new ArgumentException($"The network is for {network.Task}, not for {task}: use the catalog of that task.", nameof(network));
    }

    /// <summary>Returns the schema that such a network's training data would have had: its features, its keys and, for several classes, its label.</summary>
    private static DataViewSchema Schema(TrainedNetwork network, string feature, string? label = null)
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(feature, new VectorDataViewType(NumberDataViewType.Single, network.FeatureColumnWidth), Names(AnnotationUtils.Kinds.SlotNames, network.FeatureNames?.Take(network.FeatureColumnWidth)));
        foreach (var category in network.CategoryColumns)
            schema.AddColumn(category.Name, TypeOf(category), Names(AnnotationUtils.Kinds.KeyValues, category.KeyValues));
        if (label is not null)
            schema.AddColumn(label, new KeyDataViewType(typeof(uint), network.Layout.OutputWidth), Names(AnnotationUtils.Kinds.KeyValues, network.ClassNames));
        return schema.ToSchema();
    }

    private static DataViewType TypeOf(CategoryColumn category)
    {
        var key = new KeyDataViewType(typeof(uint), category.KeyCount);
        return category.SlotCount == 1 ? key : new VectorDataViewType(key, category.SlotCount);
    }

    private static DataViewSchema.Annotations? Names(string kind, IEnumerable<string>? texts)
    {
        if (texts is null)
            return null;
        var annotations = new DataViewSchema.Annotations.Builder();
        VectorAnnotations.Add(annotations, kind, texts);
        return annotations.ToAnnotations();
    }
}
