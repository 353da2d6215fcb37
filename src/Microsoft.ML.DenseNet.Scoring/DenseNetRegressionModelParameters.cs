using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.DenseNet;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(DenseNetRegressionModelParameters), null, typeof(SignatureLoadModel),
    "DenseNet regression model", DenseNetRegressionModelParameters.LoaderSignature)]

namespace Microsoft.ML.DenseNet;

/// <summary>The model of <c>DenseNetRegressionTrainer</c>: the network's one output is the predicted value, or its outputs are quantiles of it.</summary>
public sealed class DenseNetRegressionModelParameters : DenseNetModelParameters<float>, IExplainableNetworkModel
{
    internal const string LoaderSignature = ModelSignatures.RegressionModel;

    internal DenseNetRegressionModelParameters(IHostEnvironment env, TrainedNetwork network)
        : base(env, GetVersionInfo(), network)
    {
    }

    private DenseNetRegressionModelParameters(IHostEnvironment env, ModelLoadContext ctx)
        : base(env, GetVersionInfo(), ctx)
    {
    }

    /// <inheritdoc/>
    protected override PredictionKind PredictionKind => PredictionKind.Regression;

    private protected override LearningTask Task => LearningTask.Regression;

    private protected override DataViewType ScoreType => NumberDataViewType.Single;

    private protected override DataViewSchema CreateScoreSchema() =>
        IntervalColumns.AddTo(QuantileColumn.AddTo(ScoreSchemaFactory.Create(ScoreType, AnnotationUtils.Const.ScoreColumnKind.Regression), Network), Network);

    private protected override Delegate CreateDerivedGetter(int column, INetworkOutputs outputs) => CreateScoreSchema()[column].Name switch
    {
        QuantileColumn.Name => QuantileColumn.CreateGetter(Network, outputs),
        IntervalColumns.Lower => IntervalColumns.CreateGetter(isUpper: false, Network, outputs),
        _ => IntervalColumns.CreateGetter(isUpper: true, Network, outputs),
    };

    private protected override void ToScore(ReadOnlySpan<float> outputs, ref float score) => score = outputs[Network.Signature.ScoreOutput];

    private static VersionInfo GetVersionInfo() => LoaderVersion.First("DNREGMOD", LoaderSignature);
}
