using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.DenseNet;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(DenseNetRegressionTransformer), null, typeof(SignatureLoadModel),
    "DenseNet regression transformer", DenseNetRegressionTransformer.LoaderSignature)]

namespace Microsoft.ML.DenseNet;

/// <summary>Adds Score, the predicted value, Quantiles if the model was trained with several, and IntervalLower and IntervalUpper if the model was trained with intervals.</summary>
public sealed class DenseNetRegressionTransformer : DenseNetTransformer<DenseNetRegressionModelParameters>
{
    internal const string LoaderSignature = ModelSignatures.RegressionTransformer;

    internal DenseNetRegressionTransformer(IHostEnvironment env, DenseNetRegressionModelParameters model, DataViewSchema trainSchema, string featureColumn)
        : base(env, GetVersionInfo(), model, trainSchema, featureColumn)
    {
    }

    private DenseNetRegressionTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env, GetVersionInfo(), ctx)
    {
    }

    private protected override RowToRowScorerBase CreateScorer(IHost host, IDataView data, ISchemaBoundMapper mapper, RoleMappedSchema trainSchema) =>
        new GenericScorer(host, new GenericScorer.Arguments(), data, mapper, trainSchema);

    private static VersionInfo GetVersionInfo() => LoaderVersion.First("DNREGXFR", LoaderSignature);
}
