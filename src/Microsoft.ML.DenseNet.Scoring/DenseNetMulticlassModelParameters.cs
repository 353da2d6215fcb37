using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.DenseNet;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(DenseNetMulticlassModelParameters), null, typeof(SignatureLoadModel),
    "DenseNet multiclass model", DenseNetMulticlassModelParameters.LoaderSignature)]

namespace Microsoft.ML.DenseNet;

/// <summary>The model of <c>DenseNetMulticlassTrainer</c>: the network has one logit per class, in the order of the label's keys.</summary>
/// <remarks>The class names are kept where ML.NET keeps them, in the training schema that the transformer holds.</remarks>
public sealed class DenseNetMulticlassModelParameters : DenseNetModelParameters<VBuffer<float>>
{
    internal const string LoaderSignature = ModelSignatures.MulticlassModel;

    internal DenseNetMulticlassModelParameters(IHostEnvironment env, TrainedNetwork network)
        : base(env, GetVersionInfo(), network)
    {
    }

    private DenseNetMulticlassModelParameters(IHostEnvironment env, ModelLoadContext ctx)
        : base(env, GetVersionInfo(), ctx)
    {
    }

    /// <summary>
    /// The class names, by which training that continues from the model checks that its label numbers them the same way; null if they
    /// have none. The transformer knows them and sets them.
    /// </summary>
    internal IReadOnlyList<string>? ClassNames { get; set; }

    /// <summary>The number of classes.</summary>
    public int NumberOfClasses => Network.Layout.OutputWidth;

    /// <inheritdoc/>
    protected override PredictionKind PredictionKind => PredictionKind.MulticlassClassification;

    private protected override LearningTask Task => LearningTask.MulticlassClassification;

    private protected override DataViewType ScoreType => new VectorDataViewType(NumberDataViewType.Single, NumberOfClasses);

    private protected override DataViewSchema CreateScoreSchema() =>
        SetColumn.AddTo(ScoreSchemaFactory.Create(ScoreType, AnnotationUtils.Const.ScoreColumnKind.MulticlassClassification), Network);

    private protected override Delegate CreateDerivedGetter(int column, INetworkOutputs outputs) => SetColumn.CreateGetter(Network, outputs);

    private protected override void ToScore(ReadOnlySpan<float> outputs, ref VBuffer<float> score)
    {
        var editor = VBufferEditor.Create(ref score, outputs.Length);
        OutputFunctions.Softmax(outputs, editor.Values);
        score = editor.Commit();
    }

    private static VersionInfo GetVersionInfo() => LoaderVersion.First("DNMCMODL", LoaderSignature);
}
