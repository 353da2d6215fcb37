using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.DenseNet;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(DenseNetBinaryModelParameters), null, typeof(SignatureLoadModel),
    "DenseNet binary model", DenseNetBinaryModelParameters.LoaderSignature)]

namespace Microsoft.ML.DenseNet;

/// <summary>The model of <c>DenseNetBinaryTrainer</c>: the network's one output is the logit of the positive class.</summary>
public sealed class DenseNetBinaryModelParameters : DenseNetModelParameters<float>, IValueMapperDist, IExplainableNetworkModel
{
    internal const string LoaderSignature = ModelSignatures.BinaryModel;

    private const int ProbabilityColumn = 1, SetColumnIndex = 2;

    internal DenseNetBinaryModelParameters(IHostEnvironment env, TrainedNetwork network)
        : base(env, GetVersionInfo(), network)
    {
    }

    private DenseNetBinaryModelParameters(IHostEnvironment env, ModelLoadContext ctx)
        : base(env, GetVersionInfo(), ctx)
    {
    }

    DataViewType IValueMapperDist.DistType => NumberDataViewType.Single;

    /// <inheritdoc/>
    protected override PredictionKind PredictionKind => PredictionKind.BinaryClassification;

    private protected override LearningTask Task => LearningTask.BinaryClassification;

    private protected override DataViewType ScoreType => NumberDataViewType.Single;

    private protected override DataViewSchema CreateScoreSchema() => SetColumn.AddTo(ScoreSchemaFactory.CreateBinaryClassificationSchema(), Network);

    private protected override void ToScore(ReadOnlySpan<float> outputs, ref float score) => score = outputs[0];

    private protected override Delegate CreateDerivedGetter(int column, INetworkOutputs outputs)
    {
        return column switch
        {
            ProbabilityColumn => (ValueGetter<float>)Probability,
            SetColumnIndex => SetColumn.CreateGetter(Network, outputs),
            _ => base.CreateDerivedGetter(column, outputs),
        };

        void Probability(ref float probability) => probability = OutputFunctions.Sigmoid(outputs.Current()[0]);
    }

    ValueMapper<TSrc, TDst, TDist> IValueMapperDist.GetMapper<TSrc, TDst, TDist>()
    {
        var score = ((IValueMapper)this).GetMapper<VBuffer<float>, float>();
        ValueMapper<VBuffer<float>, float, float> mapper = Map;
        return mapper as ValueMapper<TSrc, TDst, TDist>
            ?? throw Host.Except($"{nameof(DenseNetBinaryModelParameters)} maps {typeof(VBuffer<float>)} to a score and a probability in single precision.");

        void Map(in VBuffer<float> features, ref float logit, ref float probability)
        {
            score(features, ref logit);
            probability = OutputFunctions.Sigmoid(logit);
        }
    }

    private static VersionInfo GetVersionInfo() => LoaderVersion.First("DNBINMOD", LoaderSignature);
}
