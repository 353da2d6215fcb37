using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.DenseNet;

/// <summary>What the DenseNet trainers share: from an <see cref="IDataView"/> to a fitted transformer. The steps are in <see cref="TrainModelCore"/>.</summary>
/// <typeparam name="TTransformer">The fitted transformer.</typeparam>
/// <typeparam name="TModel">The model it holds.</typeparam>
public abstract class DenseNetTrainerBase<TTransformer, TModel> : TrainerEstimatorBase<TTransformer, TModel>, ITrainerEstimator<TTransformer, TModel>
    where TTransformer : ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    private readonly DenseNetOptions _options;
    private readonly LearningTask _task;

    private protected DenseNetTrainerBase(IHostEnvironment environment, string name, LearningTask task, DenseNetOptions options, Func<string, SchemaShape.Column> makeLabel)
        : base(environment.Register(name), TrainerUtils.MakeR4VecFeature(Validated(options, task).FeatureColumnName), makeLabel(options.LabelColumnName), TrainerUtils.MakeR4ScalarWeightColumn(options.ExampleWeightColumnName))
    {
        _options = options;
        _task = task;
    }

    /// <inheritdoc/>
    public sealed override TrainerInfo Info { get; } = new(normalization: false, calibration: false, caching: false, supportValid: true, supportIncrementalTrain: true);

    /// <summary>Trains on <paramref name="trainData"/>.</summary>
    /// <param name="trainData">The rows to learn from, with the feature and label columns, and the weight column if there is one.</param>
    /// <returns>The fitted transformer; its <c>Model</c> holds the network and the training history.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">The data cannot be trained on, or training diverged; the message says what to do.</exception>
    /// <exception cref="OperationCanceledException"><see cref="DenseNetOptions.CancellationToken"/> or ML.NET asked for it.</exception>
    /// <exception cref="FormatException">The checkpoint in <see cref="DenseNetOptions.CheckpointDirectory"/> is damaged.</exception>
    /// <exception cref="IOException">A checkpoint cannot be read or written, or another training run is using <see cref="DenseNetOptions.CheckpointDirectory"/>.</exception>
    public new TTransformer Fit(IDataView trainData) => Fit(trainData, validationData: null);

    /// <summary>Trains on <paramref name="trainData"/> and measures the validation loss on <paramref name="validationData"/> after each epoch.</summary>
    /// <param name="trainData">The rows to learn from.</param>
    /// <param name="validationData">Rows with the same columns that are not learned from; null for none.</param>
    /// <inheritdoc cref="Fit(IDataView)" path="/*[not(self::param)]"/>
    public TTransformer Fit(IDataView trainData, IDataView? validationData) => FitFrom(trainData, validationData, initialModel: null);

    /// <summary>
    /// Continues training from <paramref name="initialModel"/>, as PyTorch users do to adapt a model to new rows: its network, its
    /// weights and its input and target scaling are kept.
    /// </summary>
    /// <param name="trainData">The rows to learn from, with the columns that the model was trained on.</param>
    /// <param name="initialModel">The <c>Model</c> of a fitted transformer of the same task.</param>
    /// <inheritdoc cref="Fit(IDataView)" path="/*[not(self::param)]"/>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public TTransformer Fit(IDataView trainData, TModel initialModel)
    {
        ArgumentNullException.ThrowIfNull(initialModel);
        return FitFrom(trainData, null, initialModel);
    }

    /// <inheritdoc cref="Fit(IDataView, TModel)"/>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public TTransformer Fit(IDataView trainData, IDataView? validationData, TModel initialModel)
    {
        ArgumentNullException.ThrowIfNull(initialModel);
        return FitFrom(trainData, validationData, initialModel);
    }

    /// <summary>Returns the columns after training: those of the input and the predictions.</summary>
    /// <param name="inputSchema">The columns of the training data.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public new SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        CheckColumns(inputSchema);
        return base.GetOutputSchema(inputSchema);
    }

    // ML.NET's base checks columns in a private method whose messages name no remedy; reimplementing the interface
    // runs ours first wherever a trainer is used through the interface, as pipelines do.
    TTransformer IEstimator<TTransformer>.Fit(IDataView input) => Fit(input);

    SchemaShape IEstimator<TTransformer>.GetOutputSchema(SchemaShape inputSchema) => GetOutputSchema(inputSchema);

    /// <summary>What to do about a label column of the wrong type.</summary>
    private protected abstract string LabelRemedy(SchemaShape.Column found);

    /// <summary>The loss when the options name none.</summary>
    private protected abstract Loss DefaultLoss { get; }

    /// <summary>The number of outputs; for classes, how many there are.</summary>
    private protected abstract int CountOutputs(DataViewSchema.Column label);

    /// <summary>The number of classes that labels refer to by number; 0 for a task without classes.</summary>
    private protected abstract int CountClasses(DataViewSchema.Column label);

    /// <summary>The names of the classes in the order of the outputs; null if they have none.</summary>
    private protected abstract IReadOnlyList<string>? ClassNamesOf(DataViewSchema.Column label);

    /// <summary>The score above which two classes' positive one is predicted; 0 for other tasks.</summary>
    private protected virtual float Threshold => 0;

    /// <summary>The quantiles that the outputs are; empty for a single prediction, and for classes.</summary>
    private protected virtual IReadOnlyList<double> Quantiles => [];

    /// <summary>Checks the training labels and determines their conversion to what the network predicts.</summary>
    /// <param name="labels">Statistics of the training labels; validation labels are converted the same way.</param>
    /// <param name="initialModel">The model to continue from, whose conversion is kept; null for none.</param>
    /// <param name="label">The label column.</param>
    private protected abstract TargetConversion PrepareTarget(LabelStatistics labels, TrainedNetwork? initialModel, DataViewSchema.Column label);

    /// <summary>Checks that training can continue from a model.</summary>
    /// <exception cref="InvalidOperationException">The model was trained for other labels.</exception>
    private protected virtual void CheckInitialModel(TModel model, DataViewSchema.Column label)
    {
    }

    /// <summary>Checks that a label column has the same meaning as the one that is trained on.</summary>
    /// <exception cref="InvalidOperationException">It numbers other classes.</exception>
    private protected virtual void CheckValidationLabel(DataViewSchema.Column training, DataViewSchema.Column validation)
    {
    }

    /// <summary>Creates the model of a trained network.</summary>
    private protected abstract TModel CreateModel(TrainedNetwork network, DataViewSchema.Column label);

    /// <summary>Returns the transformer of a network that was trained on such data.</summary>
    internal TTransformer Wrap(TrainedNetwork network, DataViewSchema schema) => MakeTransformer(CreateModel(network, schema[LabelColumn.Name]), schema);

    /// <summary>Reads the data, trains, and creates the model.</summary>
    protected sealed override TModel TrainModelCore(TrainContext trainContext)
    {
        using var channel = Host.Start("Training");
        return JointFit.Run(_options.Workers, joint => Train(trainContext, channel, joint));
    }

    private TModel Train(TrainContext trainContext, IChannel channel, JointFit? joint)
    {
        var (features, label) = (trainContext.TrainingSet.Schema.Feature!.Value, trainContext.TrainingSet.Schema.Label!.Value);
        var input = CategoryCheck.Columns(trainContext, _options);
        features = input.Describe();
        var initial = (trainContext.InitialPredictor as INetworkModel)?.Network;
        bool isDefault = initial is null && !_options.NamesNetwork;
        if (trainContext.InitialPredictor is TModel initialModel)
            CheckInitialModel(initialModel, label);
        if (trainContext.ValidationSet is { } validation)
            CheckValidationLabel(label, validation.Schema.Label!.Value);
        if (_options.EarlyStoppingRound > 0 && !isDefault && trainContext.ValidationSet is null && !(_options.ValidationFraction > 0))
            throw FoldTraining.NothingToStopBy(_options);
        using var checkpoints = CheckpointFolder.Open(_options, message => channel.Warning(message));
        var environment = FitEnvironment.Of(_options, (IHostEnvironmentInternal)Host, channel, checkpoints, Signature(input, features, label), joint);
        joint?.AgreeOnReading(ReadingSettings.Of(_options, environment, trainContext, isDefault));

        var data = new TrainingReader(_options, _task, CountClasses(label), isDefault, TakesMissing(initial), environment) { MakeStatistics = _options.StoreStatistics ? () => new StatisticsBuilder(input.Width, VectorAnnotations.OneHotBlocks(features, input.Width)) : null }
            .Read(trainContext.TrainingSet, trainContext.ValidationSet, gathersMoments: _options.ScaleFeatures && !isDefault);
        var conversion = PrepareTarget(data.Labels, initial, label);
        data = data.With(conversion.Label, conversion.WeightFactor);

        var (recipe, design) = isDefault
            ? DesignDefault(data, features, CountOutputs(label), environment.Seed)
            : DesignNamed(data, initial, CountOutputs(label), environment.Seed);
        var plan = new TrainingPlanner(_options, _task, DefaultLoss, Host).Plan(recipe, design, data, conversion, environment);
        var folds = new FoldTraining(_options, recipe, environment).Run(plan, data);
        var network = conversion.Complete(folds.Network).With(new UncertaintyFit(_options, conversion, environment).Apply(environment.Signature, folds));
        if (_options.StoreStatistics)
            network = network.WithStatistics(StoredStatistics.Of(data, VectorAnnotations.OneHotBlocks(features, input.Width), network, folds, conversion));
        network = BackgroundChoice.Add(network, _options, data.AsRead, environment);
        foreach (var observer in environment.Observes ? _options.Observers : [])
            UserCode.Call(() => observer.OnModelReady(network, _task), () => ($"Observer {observer.Name}", $"in {nameof(TrainingObserver.OnModelReady)}"));
        var model = CreateModel(network, label);
        checkpoints?.Delete(message => channel.Warning(message));
        return model;
    }

    /// <summary>What the network will read and predict, to be recorded in its file.</summary>
    private NetworkSignature Signature(InputColumns input, DataViewSchema.Column features, DataViewSchema.Column label) => new(_task)
    {
        ClassNames = ClassNamesOf(label),
        FeatureColumnName = features.Name,
        CategoryColumns = input.Categories,
        FeatureNames = SlotNames.Of(features),
        Threshold = Threshold,
        Quantiles = Quantiles,
    };

    private (Recipe, NetworkDesign) DesignDefault(LoadedRows data, DataViewSchema.Column features, int outputs, int seed)
    {
        var defaults = _options.DefaultsFor(_task, data.Rows.IsWideSparse);
        return (Recipe.Of(defaults, _options, _task, DefaultLoss, data.Count), new DefaultDesign(_options, _task, outputs).Of(defaults, data, features, seed));
    }

    private (Recipe, NetworkDesign) DesignNamed(LoadedRows data, TrainedNetwork? initial, int outputs, int seed)
    {
        var network = new NamedNetwork(_options, _task, outputs);
        return (Recipe.OfPyTorch(_options, DefaultLoss, data.Count, data.Rows.IsWideSparse), initial is null ? network.Design(data, seed) : network.Continue(initial, data));
    }

    /// <summary>Whether the network's input scaling replaces missing values with the mean.</summary>
    private bool TakesMissing(TrainedNetwork? initial) => _options.ScaleFeatures && (initial is null || initial.Layout.InputScaling is not null);

    private static DenseNetOptions Validated(DenseNetOptions options, LearningTask task)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate(task);
        return options;
    }

    private TTransformer FitFrom(IDataView trainData, IDataView? validationData, TModel? initialModel)
    {
        ArgumentNullException.ThrowIfNull(trainData);
        _options.Validate(_task); // they may have been changed since the trainer was created
        CheckColumns(SchemaShape.Create(trainData.Schema));
        if (validationData is not null)
            CheckColumns(SchemaShape.Create(validationData.Schema), isValidation: true);
        return TrainTransformer(trainData, validationData, (IPredictor?)initialModel);
    }

    private void CheckColumns(SchemaShape schema, bool isValidation = false)
    {
        new ColumnCheck(FeatureColumn, "Feature", nameof(_options.FeatureColumnName), ColumnRemedy.ToFeatures).Check(schema, isValidation);
        new ColumnCheck(LabelColumn, "Label", nameof(_options.LabelColumnName), LabelRemedy).Check(schema, isValidation);
        if (WeightColumn.IsValid)
            new ColumnCheck(WeightColumn, "Example weight", nameof(_options.ExampleWeightColumnName), ColumnRemedy.ToSingle).Check(schema, isValidation);
        CategoryCheck.Check(schema, _options, isValidation);
        if (!isValidation)
            SplitColumnCheck.Check(schema, _options);
    }
}
