using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.DenseNet;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(DenseNetBinaryTransformer), null, typeof(SignatureLoadModel),
    "DenseNet binary transformer", DenseNetBinaryTransformer.LoaderSignature)]

namespace Microsoft.ML.DenseNet;

/// <summary>Adds Score (the logit), Probability and PredictedLabel (whether Score is above <see cref="Threshold"/>), and PredictionSet if the model was trained with sets.</summary>
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

    /// <summary>The Score above which PredictedLabel is true; 0, a probability of one half, unless it was set. <c>ChangeModelThreshold</c> sets it.</summary>
    public float Threshold => Model.Network.Threshold;

    /// <summary>Returns the same transformer with another threshold.</summary>
    internal DenseNetBinaryTransformer With(IHostEnvironment env, float threshold) =>
        new(env, new DenseNetBinaryModelParameters(env, Model.Network.WithThreshold(threshold)), TrainSchema, FeatureColumnName);

    private protected override RowToRowScorerBase CreateScorer(IHost host, IDataView data, ISchemaBoundMapper mapper, RoleMappedSchema trainSchema) =>
        new BinaryClassifierScorer(host, new BinaryClassifierScorer.Arguments { Threshold = ((INetworkModel)mapper.Bindable).Network.Threshold }, data, mapper, trainSchema);

    private static VersionInfo GetVersionInfo() => LoaderVersion.First("DNBINXFR", LoaderSignature);
}
