namespace Microsoft.ML.DenseNet;

/// <summary>The names under which ML.NET saves our transformers and models, and the version of the few bytes that they write themselves.</summary>
internal static class ModelSignatures
{
    public const string BinaryTransformer = "DenseNetBinaryXfer";
    public const string BinaryModel = "DenseNetBinaryModel";
    public const string MulticlassTransformer = "DenseNetMulticlassXfer";
    public const string MulticlassModel = "DenseNetMulticlassModel";
    public const string RegressionTransformer = "DenseNetRegressionXfer";
    public const string RegressionModel = "DenseNetRegressionModel";

    public const uint Version = 0x00010001;

    /// <summary>The entries of a model that hold the network and the seconds of its history; docs/model-format.md names them.</summary>
    public const string NetworkEntry = "Network";

    /// <inheritdoc cref="NetworkEntry"/>
    public const string TimesEntry = "Times";

    /// <summary>Returns the task of a part with one of these names, and the folder of its model below it; null for any other part.</summary>
    public static (LearningTask Task, string Folder)? Find(string loaderSignature) => loaderSignature switch
    {
        BinaryTransformer => (LearningTask.BinaryClassification, "/Model"),
        BinaryModel => (LearningTask.BinaryClassification, ""),
        MulticlassTransformer => (LearningTask.MulticlassClassification, "/Model"),
        MulticlassModel => (LearningTask.MulticlassClassification, ""),
        RegressionTransformer => (LearningTask.Regression, "/Model"),
        RegressionModel => (LearningTask.Regression, ""),
        _ => null,
    };
}
