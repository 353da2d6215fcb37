namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>The DenseNet transformer in a model.</summary>
/// <param name="Transformer">The transformer.</param>
/// <param name="Network">Its network.</param>
/// <param name="FeatureColumnName">The column it reads.</param>
internal sealed record ReportedModel(ITransformer Transformer, TrainedNetwork Network, string FeatureColumnName)
{
    /// <summary>What the model predicts, in words.</summary>
    public string Task => Transformer switch
    {
        DenseNetBinaryTransformer => "Binary classification",
        DenseNetMulticlassTransformer => "Multiclass classification",
        _ => "Regression",
    };

    /// <exception cref="ArgumentException">There is none.</exception>
    public static ReportedModel Find(ITransformer model) => FindLast(model)
        ?? throw new ArgumentException("The model holds no DenseNet transformer: give the fitted pipeline, or the transformer that the trainer's Fit returned.", nameof(model));

    private static ReportedModel? FindLast(ITransformer model) => model switch
    {
        DenseNetBinaryTransformer binary => new ReportedModel(binary, binary.Model.Network, binary.FeatureColumnName),
        DenseNetMulticlassTransformer multiclass => new ReportedModel(multiclass, multiclass.Model.Network, multiclass.FeatureColumnName),
        DenseNetRegressionTransformer regression => new ReportedModel(regression, regression.Model.Network, regression.FeatureColumnName),
        IEnumerable<ITransformer> chain => chain.Select(FindLast).LastOrDefault(found => found is not null),
        _ => null,
    };
}
