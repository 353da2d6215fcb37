using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.DenseNet;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(DenseNetBinaryTransformer), null, typeof(SignatureLoadModel),
    "DenseNet binary transformer", DenseNetBinaryTransformer.LoaderSignature)]

namespace Microsoft.ML.DenseNet;

/// <summary>Adds Score (the logit), Probability and PredictedLabel (whether Score is above 0).</summary>
public sealed class DenseNetBinaryTransformer : DenseNetTransformer<DenseNetBinaryModelParameters>
{
    internal const string LoaderSignature = ModelSignatures.BinaryTransformer;

    internal DenseNetBinaryTransformer(IHostEnvironment env, DenseNetBinaryModelParameters model, DataViewSchema trainSchema, string featureColumn)
        : base(env, GetVersionInfo(), model, trainSchema, featureColumn)
    {
    }

    private DenseNetBinaryTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env, GetVersionInfo(), ctx)
    {
    }

    private protected override RowToRowScorerBase CreateScorer(IHost host, IDataView data, ISchemaBoundMapper mapper, RoleMappedSchema trainSchema) =>
        new BinaryClassifierScorer(host, new BinaryClassifierScorer.Arguments(), data, mapper, trainSchema);

    private static VersionInfo GetVersionInfo() => LoaderVersion.First("DNBINXFR", LoaderSignature);
}
