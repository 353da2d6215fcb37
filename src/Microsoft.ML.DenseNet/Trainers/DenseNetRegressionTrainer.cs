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

    private protected override string LabelRemedy => "Convert it with mlContext.Transforms.Conversion.ConvertType to Single.";

    private protected override Loss DefaultLoss => Losses.MeanSquaredError();

    private protected override int CountOutputs(DataViewSchema.Column label) => 1;

    private protected override TargetConversion PrepareTarget(RowSet rows, TrainedNetwork? initialModel, DataViewSchema.Column label)
    {
        if (_options.Loss is { PredictsLogarithm: true })
        {
            if (rows.Labels.Any(value => value < 0))
                throw new InvalidOperationException($"Label column '{label.Name}' has values below 0, which loss {_options.Loss} cannot learn: it is for counts. Take another loss, or shift the label.");
            return new TargetConversion(null, null, Layer.Exp, []);
        }

        bool standardize = initialModel is null ? _options.StandardizeTarget : NetworkComposer.Last(initialModel.Layout.Layer) is DestandardizeLayer;
        if (!standardize)
            return new TargetConversion(null, null, null, []);

        float[] scaling = initialModel?.Buffers[^2..].ToArray() ?? MeanAndDeviation(rows);
        float mean = scaling[0], deviation = scaling[1];
        return new TargetConversion(value => (value - mean) / deviation, null, Layer.Destandardize, scaling, OutputRange(rows, initialModel, mean, deviation));
    }

    /// <summary>The range of the standardized labels, and of those that an earlier training saw; null for a network that is not kept in one.</summary>
    private (float, float)? OutputRange(RowSet rows, TrainedNetwork? initialModel, float mean, float deviation)
    {
        var earlier = initialModel is null ? null : NetworkComposer.Last(NetworkComposer.WithoutLast(initialModel.Layout.Layer)) as ActivationLayer;
        if (initialModel is null ? _options.NamesNetwork || !_options.DefaultsFor(LearningTask.Regression).ClampPrediction : earlier is not { Function: ActivationFunction.HardTanh })
            return null;
        float minimum = Math.Min((rows.Labels.Min() - mean) / deviation, earlier?.First ?? float.PositiveInfinity);
        float maximum = Math.Max((rows.Labels.Max() - mean) / deviation, earlier?.Second ?? float.NegativeInfinity);
        return minimum < maximum ? (minimum, maximum) : null;
    }

    private protected override DenseNetRegressionModelParameters CreateModel(TrainedNetwork network, DataViewSchema.Column label) => new(Host, network);

    /// <inheritdoc/>
    protected override DenseNetRegressionTransformer MakeTransformer(DenseNetRegressionModelParameters model, DataViewSchema trainSchema) =>
        new(Host, model, trainSchema, FeatureColumn.Name);

    /// <inheritdoc/>
    protected override SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema) =>
        [new(DefaultColumnNames.Score, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Single, false, new SchemaShape(AnnotationUtils.GetTrainerOutputAnnotation()))];

    /// <summary>The label's weighted mean and population deviation; the deviation of a constant label counts as 1.</summary>
    private static float[] MeanAndDeviation(RowSet rows)
    {
        var labels = new RowSet(1, rows.HasWeights, [.. rows.Blocks.Select(block => block with { Features = block.Labels })]);
        var statistics = FeatureStatistics.Of(labels);
        return [statistics.Mean[0], statistics.InverseDeviation[0] == 0 ? 1 : 1 / statistics.InverseDeviation[0]];
    }

    /// <summary>The options of <see cref="DenseNetRegressionTrainer"/>.</summary>
    public sealed class Options : DenseNetOptions
    {
        /// <summary>
        /// Whether the network learns the label minus its mean, over its deviation, which Score undoes; on by default. Losses in
        /// the history are then those of the standardized label.
        /// </summary>
        public bool StandardizeTarget { get; set; } = true;
    }
}
