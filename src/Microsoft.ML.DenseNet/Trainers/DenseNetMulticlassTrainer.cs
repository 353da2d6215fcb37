using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.DenseNet;

/// <summary>The <see cref="IEstimator{TTransformer}"/> that trains a dense neural network to distinguish K classes.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this trainer, use mlContext.MulticlassClassification.Trainers.DenseNet.
///
/// ### Input and output columns
/// The label is a key (make it with MapValueToKey), the features a known-size vector of Single (dense or sparse), the optional
/// example weight Single.
///
/// | Output column | Type | Meaning |
/// | -- | -- | -- |
/// | Score | Vector of Single | the probability of each class, in the order of the label's key values: softmax of the network's outputs |
/// | PredictedLabel | key | the class with the highest probability |
/// | PredictionSet | vector of Boolean | for each class, whether it is in the set that reaches the option SetCoverage |
///
/// ### Trainer characteristics
/// |  |  |
/// | -- | -- |
/// | Machine learning task | Multiclass classification |
/// | Is normalization required? | No |
/// | Is caching required? | No |
/// | Required NuGet in addition to Microsoft.ML | Microsoft.ML.DenseNet, and a libtorch package to train |
/// | Exportable to ONNX | Yes |
/// ]]></format>
/// </remarks>
public sealed class DenseNetMulticlassTrainer : DenseNetTrainerBase<DenseNetMulticlassTransformer, DenseNetMulticlassModelParameters>
{
    private readonly Options _options;

    internal DenseNetMulticlassTrainer(IHostEnvironment environment, Options options)
        : base(environment, "DenseNetMulticlass", LearningTask.MulticlassClassification, options, TrainerUtils.MakeU4ScalarColumn) =>
        _options = options;

    /// <inheritdoc/>
    protected override PredictionKind PredictionKind => PredictionKind.MulticlassClassification;

    private protected override string LabelRemedy(SchemaShape.Column found) => ColumnRemedy.ToKey(found);

    private protected override Loss DefaultLoss => Losses.CrossEntropy();

    private protected override int CountOutputs(DataViewSchema.Column label) => ((KeyDataViewType)label.Type).GetCountAsInt32(Host);

    private protected override int CountClasses(DataViewSchema.Column label) => CountOutputs(label);

    private protected override IReadOnlyList<string>? ClassNamesOf(DataViewSchema.Column label) => KeyNames.Of(label);

    private protected override TargetConversion PrepareTarget(LabelStatistics labels, TrainedNetwork? initialModel, DataViewSchema.Column label)
    {
        CheckClassNames(label);
        string[] names = ClassNames(label);
        if (_options.Loss?.ClassCount is { } count && count != names.Length)
            throw new InvalidOperationException($"Loss {_options.Loss} has weights for {count} classes, but label column '{label.Name}' has {names.Length}: give one weight a class.");
        return ClassTargets.Prepare(labels, label, names, _options.ClassWeights, mayLackClasses: initialModel is not null);
    }

    /// <summary>Rejects class names that ML.NET would change when saving: the loaded model would predict labels that no row has.</summary>
    private static void CheckClassNames(DataViewSchema.Column label)
    {
        var names = KeyNames.Of(label) ?? [];
        for (int i = 0; i < names.Count; i++)
        {
            if (!StorableText.IsStorable(names[i]))
                throw new InvalidOperationException(StorableText.Refusal(names[i], $"The name of class {i} (counted from 0) in label column '{label.Name}'"));
        }
    }

    private protected override void CheckInitialModel(DenseNetMulticlassModelParameters model, DataViewSchema.Column label)
    {
        const string Remedy = "Map the label with the key values it was trained with: give MapValueToKey a keyData, or transform with the pipeline of the first training.";
        CheckClasses(label, "label column", model.NumberOfClasses, model.ClassNames, "the model to train on from", Remedy);
    }

    private protected override void CheckValidationLabel(DataViewSchema.Column training, DataViewSchema.Column validation)
    {
        const string Remedy = "Run both through the same fitted transforms.";
        CheckClasses(validation, "the validation data's label column", CountClasses(training), KeyNames.Of(training), "the training data", Remedy);
    }

    /// <summary>Checks that a label column numbers the same classes as another source does.</summary>
    private void CheckClasses(DataViewSchema.Column label, string role, int expectedCount, IReadOnlyList<string>? expected, string owner, string remedy)
    {
        int count = CountClasses(label);
        if (count != expectedCount)
            throw new InvalidOperationException($"There are {expectedCount} classes in {owner}, but {count} in {role} '{label.Name}'. {remedy}");
        if (expected is null || KeyNames.Of(label) is not { } names)
            return; // a key without values: there is nothing but its numbers
        for (int i = 0; i < count; i++)
        {
            if (expected[i] != names[i])
                throw new InvalidOperationException($"Class {i} of {owner} is '{expected[i]}', but '{names[i]}' in {role} '{label.Name}'. {remedy}");
        }
    }

    private protected override DenseNetMulticlassModelParameters CreateModel(TrainedNetwork network, DataViewSchema.Column label) => new(Host, network);

    /// <inheritdoc/>
    protected override DenseNetMulticlassTransformer MakeTransformer(DenseNetMulticlassModelParameters model, DataViewSchema trainSchema) =>
        new(Host, model, trainSchema, FeatureColumn.Name, LabelColumn.Name);

    /// <inheritdoc/>
    protected override SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema)
    {
        inputSchema.TryFindColumn(LabelColumn.Name, out var label);
        var predictedLabel = label.Annotations.Where(column => column.Name == AnnotationUtils.Kinds.KeyValues).Concat(AnnotationUtils.GetTrainerOutputAnnotation());
        return
        [
            new(DefaultColumnNames.Score, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false, new SchemaShape(AnnotationUtils.AnnotationsForMulticlassScoreColumn(label))),
            new(DefaultColumnNames.PredictedLabel, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, true, new SchemaShape(predictedLabel)),
            .. SetColumn.ShapesOf(_options.SetCoverage is not null, label.Annotations.Any(column => column.Name == AnnotationUtils.Kinds.KeyValues)),
        ];
    }

    /// <summary>The label's key values as text; their numbers if it has none.</summary>
    private string[] ClassNames(DataViewSchema.Column label) =>
        KeyNames.Of(label) is { } names ? [.. names.Select(name => $"'{name}'")] : [.. Enumerable.Range(0, CountOutputs(label)).Select(number => $"class {number}")];

    /// <summary>The options of <see cref="DenseNetMulticlassTrainer"/>.</summary>
    public sealed class Options : DenseNetOptions
    {
        /// <summary>How much each class counts; null, the default, to count each by its number of rows.</summary>
        public ClassWeights? ClassWeights { get; set; }

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
            CoverageOption.Of(this).Check();
        }
    }
}
