using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.DenseNet;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(DenseNetMulticlassTransformer), null, typeof(SignatureLoadModel),
    "DenseNet multiclass transformer", DenseNetMulticlassTransformer.LoaderSignature)]

namespace Microsoft.ML.DenseNet;

/// <summary>Adds Score (the probability of each class) and PredictedLabel (the key of the most likely class), and PredictionSet if the model was trained with sets.</summary>
public sealed class DenseNetMulticlassTransformer : DenseNetTransformer<DenseNetMulticlassModelParameters>
{
    internal const string LoaderSignature = ModelSignatures.MulticlassTransformer;

    internal DenseNetMulticlassTransformer(IHostEnvironment env, DenseNetMulticlassModelParameters model, DataViewSchema trainSchema, string featureColumn, string? labelColumn)
        : base(env, GetVersionInfo(), model, trainSchema, featureColumn, labelColumn) =>
        NameClasses();

    private DenseNetMulticlassTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env, GetVersionInfo(), ctx) =>
        NameClasses();

    private protected override RowToRowScorerBase CreateScorer(IHost host, IDataView data, ISchemaBoundMapper mapper, RoleMappedSchema trainSchema) =>
        new MulticlassClassificationScorer(host, new MulticlassClassificationScorer.Arguments(), data, mapper, trainSchema);

    private void NameClasses()
    {
        if (LabelColumnName is { } name && TrainSchema.GetColumnOrNull(name) is { } label)
            Model.ClassNames = KeyNames.Of(label);
    }

    private static VersionInfo GetVersionInfo() => LoaderVersion.First("DNMCXFER", LoaderSignature);
}
