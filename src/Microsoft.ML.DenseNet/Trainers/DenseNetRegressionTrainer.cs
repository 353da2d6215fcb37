using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.DenseNet;

/// <summary>The <see cref="IEstimator{TTransformer}"/> that trains a dense neural network to predict a number.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this trainer, use mlContext.Regression.Trainers.DenseNet.
///
/// ### Input and output columns
/// The label is Single, the features a known-size vector of Single (dense or sparse), the optional example weight Single.
///
/// | Output column | Type | Meaning |
/// | -- | -- | -- |
/// | Score | Single | the prediction, in the label's own unit |
/// | Quantiles | vector of Single | the quantiles of the loss Losses.Quantiles; Score is then the one nearest to the median |
/// | IntervalLower, IntervalUpper | Single, or vector of Single for several coverages | bounds that hold the label with the coverages of the option IntervalCoverages |
///
/// ### Trainer characteristics
/// |  |  |
/// | -- | -- |
/// | Machine learning task | Regression |
/// | Is normalization required? | No |
/// | Is caching required? | No |
/// | Required NuGet in addition to Microsoft.ML | Microsoft.ML.DenseNet, and a libtorch package to train |
/// | Exportable to ONNX | Yes |
/// ]]></format>
/// </remarks>
public sealed class DenseNetRegressionTrainer : DenseNetTrainerBase<DenseNetRegressionTransformer, DenseNetRegressionModelParameters>
{
    private readonly Options _options;

    internal DenseNetRegressionTrainer(IHostEnvironment environment, Options options)
        : base(environment, "DenseNetRegression", LearningTask.Regression, options, TrainerUtils.MakeR4ScalarColumn) =>
        _options = options;

    /// <inheritdoc/>
    protected override PredictionKind PredictionKind => PredictionKind.Regression;

    private protected override string LabelRemedy(SchemaShape.Column found) => ColumnRemedy.ToSingle(found);

    private protected override Loss DefaultLoss => Losses.MeanSquaredError();

    private protected override int CountOutputs(DataViewSchema.Column label) => Math.Max(1, Quantiles.Count);

    private protected override IReadOnlyList<double> Quantiles => _options.Loss?.Quantiles ?? [];

    private protected override int CountClasses(DataViewSchema.Column label) => 0;

    private protected override IReadOnlyList<string>? ClassNamesOf(DataViewSchema.Column label) => null;

    private protected override TargetConversion PrepareTarget(LabelStatistics labels, TrainedNetwork? initialModel, DataViewSchema.Column label)
    {
        if (_options.Loss is { PredictsLogarithm: true })
        {
            if (labels.Minimum < 0)
                throw new InvalidOperationException($"Label column '{label.Name}' has values below 0, which loss {_options.Loss} cannot learn: it is for counts. Take another loss, or shift the label.");
            if (initialModel is not null && initialModel.Layout.OutputStage is not { TakesExponential: true })
                throw new InvalidOperationException($"Loss {_options.Loss} trains a network whose output is the logarithm of the prediction, but the model to train on from was trained with another loss: take a loss such as its own, or train a new model.");

            // Starting from a prediction of 1, it would take many epochs to get near counts in the thousands.
            float mean = labels.MeanAndDeviation().Mean;
            return new TargetConversion(null, null, Layer.Exp, []) { OutputStart = initialModel is null && _options.StandardizeTarget && mean > 0 ? MathF.Log(mean) : null };
        }

        if (initialModel is not null && !initialModel.Quantiles.SequenceEqual(Quantiles))
            throw new InvalidOperationException($"The model to train on from predicts {Describe(initialModel.Quantiles)}, but {(_options.Loss is null ? "without a loss" : $"with loss {_options.Loss}")} it would learn {Describe(Quantiles)}: take the loss that it was trained with, or train a new model.");
        var ascending = Quantiles.Count > 0 ? new AscendingLayer(NetworkSignature.MiddleOf(Quantiles)) : null;
        var earlier = initialModel?.Layout.OutputStage;
        bool standardize = initialModel is null ? _options.StandardizeTarget : earlier is { Destandardizes: true };
        if (!standardize)
            return TargetConversion.None with { Ascending = ascending };

        var (center, deviation) = earlier?.Standardization(initialModel!.Buffers.Span) ?? labels.MeanAndDeviation();

        // If the label is always the same, every prediction is that value, whatever the network outputs.
        bool isConstant = deviation == 0 && labels.Minimum == center && labels.Maximum == center;
        float unit = deviation == 0 ? 1 : deviation;
        int outputs = Math.Max(1, Quantiles.Count);
        float[] buffers = [.. Enumerable.Repeat(center, outputs), .. Enumerable.Repeat(isConstant ? 0 : unit, outputs)];
        return new TargetConversion(value => (value - center) / unit, null, Layer.Destandardize, buffers, OutputRange(labels, initialModel is null, earlier?.Range, center, unit))
        {
            Ascending = ascending,
            Name = earlier is null ? "standardized" : FormattableString.Invariant($"standardized by {center} and {unit}"),
        };
    }

    private static string Describe(IReadOnlyList<double> quantiles) => quantiles.Count == 0 ? "one number" : FormattableString.Invariant($"the quantiles {string.Join(", ", quantiles.Select(quantile => FormattableString.Invariant($"{quantile}")))}");

    /// <summary>The range of the standardized labels, including those an earlier training run saw; null for a network that is not limited to a range.</summary>
    private (float, float)? OutputRange(LabelStatistics labels, bool isNew, (float Minimum, float Maximum)? earlier, float mean, float deviation)
    {
        if (isNew ? _options.NamesNetwork || !_options.DefaultsFor(LearningTask.Regression).ClampPrediction : earlier is null)
            return null;
        float minimum = Math.Min((labels.Minimum - mean) / deviation, earlier?.Minimum ?? float.PositiveInfinity);
        float maximum = Math.Max((labels.Maximum - mean) / deviation, earlier?.Maximum ?? float.NegativeInfinity);
        return minimum < maximum ? (minimum, maximum) : null;
    }

    private protected override DenseNetRegressionModelParameters CreateModel(TrainedNetwork network, DataViewSchema.Column label) => new(Host, network);

    /// <inheritdoc/>
    protected override DenseNetRegressionTransformer MakeTransformer(DenseNetRegressionModelParameters model, DataViewSchema trainSchema) =>
        new(Host, model, trainSchema, FeatureColumn.Name);

    /// <inheritdoc/>
    protected override SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema) =>
    [
        new(DefaultColumnNames.Score, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Single, false, new SchemaShape(AnnotationUtils.GetTrainerOutputAnnotation())),
        .. QuantileColumn.ShapesOf(Quantiles.Count),
        .. IntervalColumns.ShapesOf(_options.IntervalCoverages?.Count ?? 0),
    ];

    /// <summary>The options of <see cref="DenseNetRegressionTrainer"/>.</summary>
    public sealed class Options : DenseNetOptions
    {
        /// <summary>
        /// Whether the network learns the label minus its mean, divided by its deviation, which Score undoes; on by default. Losses in
        /// the history are then those of the standardized label. With <see cref="Losses.Poisson"/> labels stay unchanged, and the
        /// network's last bias starts at the logarithm of their mean.
        /// </summary>
        public bool StandardizeTarget { get; set; } = true;

        /// <summary>
        /// The coverages of the intervals that the model predicts in the columns IntervalLower and IntervalUpper, each from 0.01 to 0.9999, at
        /// most 64: 0.9 for intervals that hold the label in 9 rows of 10. Null or empty, the default, for no intervals. They are found
        /// on rows that the networks do not learn from, of which there must be at least coverage / (1 - coverage), such as 19 for 0.95: the default
        /// network's folds, <see cref="DenseNetOptions.ValidationFraction"/>, or the validation data of <c>Fit</c>. docs/intervals.md says
        /// what they promise.
        /// </summary>
        public IReadOnlyList<double>? IntervalCoverages { get; set; }

        internal override void Validate(LearningTask task)
        {
            base.Validate(task);
            var coverages = CoverageOption.Of(this);
            coverages.Check();
            CoverageOption.PairsOf(Loss, coverages);
        }
    }
}
