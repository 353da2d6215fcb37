using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.DenseNet;

/// <summary>The <see cref="IEstimator{TTransformer}"/> that trains a dense neural network to distinguish two classes.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this trainer, use mlContext.BinaryClassification.Trainers.DenseNet.
///
/// ### Input and output columns
/// The label is Boolean, the features a known-size vector of Single (dense or sparse), the optional example weight Single.
///
/// | Output column | Type | Meaning |
/// | -- | -- | -- |
/// | Score | Single | the logit; above 0 for the positive class |
/// | Probability | Single | the probability of the positive class: the logistic function of Score |
/// | PredictedLabel | Boolean | whether Score is above the threshold, 0 unless the options or ChangeModelThreshold set it |
/// | PredictionSet | vector of Boolean | whether false, and whether true, is in the set of classes that reaches the option SetCoverage |
///
/// ### Trainer characteristics
/// |  |  |
/// | -- | -- |
/// | Machine learning task | Binary classification |
/// | Is normalization required? | No |
/// | Is caching required? | No |
/// | Required NuGet in addition to Microsoft.ML | Microsoft.ML.DenseNet, and a libtorch package to train |
/// | Exportable to ONNX | Yes |
/// ]]></format>
/// </remarks>
public sealed class DenseNetBinaryTrainer : DenseNetTrainerBase<DenseNetBinaryTransformer, DenseNetBinaryModelParameters>
{
    private readonly Options _options;

    internal DenseNetBinaryTrainer(IHostEnvironment environment, Options options)
        : base(environment, "DenseNetBinary", LearningTask.BinaryClassification, options, TrainerUtils.MakeBoolScalarLabel) =>
        _options = options;

    /// <inheritdoc/>
    protected override PredictionKind PredictionKind => PredictionKind.BinaryClassification;

    private protected override string LabelRemedy(SchemaShape.Column found) => ColumnRemedy.ToBoolean(found);

    private protected override Loss DefaultLoss => Losses.BinaryCrossEntropy();

    private protected override int CountOutputs(DataViewSchema.Column label) => 1;

    private protected override int CountClasses(DataViewSchema.Column label) => 2;

    private protected override IReadOnlyList<string>? ClassNamesOf(DataViewSchema.Column label) => NetworkSignature.BinaryClassNames;

    private protected override float Threshold => _options.Threshold;

    private protected override TargetConversion PrepareTarget(LabelStatistics labels, TrainedNetwork? initialModel, DataViewSchema.Column label) =>
        ClassTargets.Prepare(labels, label, NetworkSignature.BinaryClassNames, _options.ClassWeights, mayLackClasses: initialModel is not null);

    private protected override DenseNetBinaryModelParameters CreateModel(TrainedNetwork network, DataViewSchema.Column label) => new(Host, network);

    /// <inheritdoc/>
    protected override DenseNetBinaryTransformer MakeTransformer(DenseNetBinaryModelParameters model, DataViewSchema trainSchema) =>
        new(Host, model, trainSchema, FeatureColumn.Name);

    /// <inheritdoc/>
    protected override SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema) =>
    [
        new(DefaultColumnNames.Score, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Single, false, new SchemaShape(AnnotationUtils.GetTrainerOutputAnnotation())),
        new(DefaultColumnNames.Probability, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Single, false, new SchemaShape(AnnotationUtils.GetTrainerOutputAnnotation(true))),
        new(DefaultColumnNames.PredictedLabel, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, false, new SchemaShape(AnnotationUtils.GetTrainerOutputAnnotation())),
        .. SetColumn.ShapesOf(_options.SetCoverage is not null, namesClasses: true),
    ];

    /// <summary>The options of <see cref="DenseNetBinaryTrainer"/>.</summary>
    public sealed class Options : DenseNetOptions
    {
        /// <summary>How much each class counts; null, the default, to count each by its number of rows.</summary>
        public ClassWeights? ClassWeights { get; set; }

        /// <summary>
        /// The Score above which PredictedLabel is true, any finite number: the logit, ln(p / (1 - p)) for a probability p. 0, the default, is a
        /// probability of one half. It changes neither training nor Score and Probability.
        /// </summary>
        public float Threshold { get; set; }

        /// <summary>
        /// The coverage of the sets of classes that the model predicts in the column PredictionSet, from 0.01 to 0.9999: 0.9 for sets that
        /// hold the row's class in 9 rows of 10. Null, the default, for no sets. What reaches it is found on rows that the networks do not learn
        /// from, of which there must be at least coverage / (1 - coverage), such as 9 for 0.9: the default network's folds,
        /// <see cref="DenseNetOptions.ValidationFraction"/>, or the validation data of <c>Fit</c>. docs/intervals.md says what they promise.
        /// </summary>
        public double? SetCoverage { get; set; }

        internal override void Validate(LearningTask task)
        {
            base.Validate(task);
            Guard.Finite(Threshold, nameof(Threshold));
            CoverageOption.Of(this).Check();
        }
    }
}
