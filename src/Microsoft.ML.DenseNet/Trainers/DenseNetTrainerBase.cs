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
    /// <summary>The epochs that no lack of time takes away.</summary>
    private const int MinimumEpochs = 16;

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
    /// <returns>The fitted transformer; its <c>Model</c> holds the network and the course of the training.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">The data cannot be trained on, or training diverged; the message says what to do.</exception>
    /// <exception cref="OperationCanceledException"><see cref="DenseNetOptions.CancellationToken"/> or ML.NET asked for it.</exception>
    /// <exception cref="FormatException">The checkpoint in <see cref="DenseNetOptions.CheckpointDirectory"/> is damaged.</exception>
    /// <exception cref="IOException">A checkpoint cannot be read or written.</exception>
    public new TTransformer Fit(IDataView trainData) => Fit(trainData, validationData: null);

    /// <summary>Trains on <paramref name="trainData"/> and measures the validation loss on <paramref name="validationData"/> after each epoch.</summary>
    /// <param name="trainData">The rows to learn from.</param>
    /// <param name="validationData">Rows with the same columns, which are not learned from; null for none.</param>
    /// <inheritdoc cref="Fit(IDataView)"/>
    public TTransformer Fit(IDataView trainData, IDataView? validationData) => FitFrom(trainData, validationData, initialModel: null);

    /// <summary>
    /// Trains on from <paramref name="initialModel"/>, as PyTorch's users do to adapt a model to new rows: its network, its weights
    /// and its input and target scaling are kept.
    /// </summary>
    /// <param name="trainData">The rows to learn from, with the columns that the model was trained on.</param>
    /// <param name="initialModel">The <c>Model</c> of a fitted transformer of the same task.</param>
    /// <inheritdoc cref="Fit(IDataView)"/>
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

    /// <summary>The columns after training: those of the input and the predictions.</summary>
    /// <param name="inputSchema">The columns of the training data.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public new SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        CheckColumns(inputSchema);
        return base.GetOutputSchema(inputSchema);
    }

    // ML.NET's base checks columns in a private method whose messages name no remedy; implementing the interface anew
    // puts ours in front of it wherever a trainer is used through the interface, as pipelines do.
    TTransformer IEstimator<TTransformer>.Fit(IDataView input) => Fit(input);

    SchemaShape IEstimator<TTransformer>.GetOutputSchema(SchemaShape inputSchema) => GetOutputSchema(inputSchema);

    /// <summary>What to do about a label column of the wrong type.</summary>
    private protected abstract string LabelRemedy(SchemaShape.Column found);

    /// <summary>The loss when the options name none.</summary>
    private protected abstract Loss DefaultLoss { get; }

    /// <summary>The number of outputs; for classes, how many there are.</summary>
    private protected abstract int CountOutputs(DataViewSchema.Column label);

    /// <summary>The number of classes that labels are numbers of; 0 for a task without classes.</summary>
    private protected abstract int CountClasses(DataViewSchema.Column label);

    /// <summary>Checks the training labels and brings them to what the network predicts.</summary>
    /// <param name="labels">Of the training rows; validation rows follow the same conversion.</param>
    /// <param name="initialModel">The model to go on from, whose conversion is kept; null for none.</param>
    /// <param name="label">The label column.</param>
    private protected abstract TargetConversion PrepareTarget(LabelStatistics labels, TrainedNetwork? initialModel, DataViewSchema.Column label);

    /// <summary>Checks that a training can go on from a model.</summary>
    /// <exception cref="InvalidOperationException">The model was trained for other labels.</exception>
    private protected virtual void CheckInitialModel(TModel model, DataViewSchema.Column label)
    {
    }

    /// <summary>Checks that a label column means the same as the one that is trained on.</summary>
    /// <exception cref="InvalidOperationException">It numbers other classes.</exception>
    private protected virtual void CheckValidationLabel(DataViewSchema.Column training, DataViewSchema.Column validation)
    {
    }

    /// <summary>Makes the model of a trained network.</summary>
    private protected abstract TModel CreateModel(TrainedNetwork network, DataViewSchema.Column label);

    /// <summary>Reads the data, trains, and makes the model.</summary>
    protected sealed override TModel TrainModelCore(TrainContext trainContext)
    {
        using var channel = Host.Start("Training");
        var label = trainContext.TrainingSet.Schema.Label!.Value;
        var initial = (trainContext.InitialPredictor as INetworkModel)?.Network;
        bool isDefault = initial is null && !_options.NamesNetwork;
        if (trainContext.InitialPredictor is TModel initialModel)
            CheckInitialModel(initialModel, label);
        if (trainContext.ValidationSet is { } validation)
            CheckValidationLabel(label, validation.Schema.Label!.Value);
        if (_options.EarlyStoppingRound > 0 && !isDefault && trainContext.ValidationSet is null && !(_options.ValidationFraction > 0))
            throw NothingToStopBy();
        var environment = Prepare(channel);

        var data = ReadRows(trainContext, CountClasses(label), isDefault, allowMissing: TakesMissing(initial), environment);
        var conversion = PrepareTarget(data.Labels, initial, label);
        data = data.With(conversion);

        var planner = new TrainingPlanner(_options, _task, DefaultLoss, Host);
        var network = isDefault
            ? TrainDefault(planner, data, conversion, trainContext.TrainingSet.Schema.Feature!.Value, CountOutputs(label), environment)
            : TrainNamed(planner.PlanNamed(data, initial, conversion, CountOutputs(label), environment), data, environment);
        network = conversion.Complete(network);
        foreach (var observer in _options.Observers)
            UserCode.Call(() => observer.OnModelReady(network, _task), () => ($"Observer {observer.Name}", $"in {nameof(TrainingObserver.OnModelReady)}"));
        var model = CreateModel(network, label);
        environment.Checkpoints?.Delete(message => channel.Warning(message));
        return model;
    }

    /// <summary>Trains the network that the options name, or that of an earlier model.</summary>
    private static TrainedNetwork TrainNamed(TrainingPlan plan, LoadedRows data, FitEnvironment environment)
    {
        environment.Checkpoints?.Begin(plan, data, members: 1, parts: 1, work: null);
        return Train(plan with { Checkpoint = environment.Checkpoints?.Member(1) }, data.Rows, data.Stream, data.Validation, environment.Channel);
    }

    private static TrainedNetwork Train(TrainingPlan plan, RowSet rows, StreamedRows? stream, RowSet? validation, IChannel channel)
    {
        var result = TrainingRun.Train(plan, rows, stream, validation);
        lock (channel)
            channel.Info($"Trained {result.History.Count} epochs ({result.History.StopReason}); the model is that of epoch {result.History.BestEpoch}.");
        return new TrainedNetwork(plan.Layout, result.Parameters, result.Buffers, result.History);
    }

    /// <summary>Trains the default network, as <see cref="DenseNetDefaults"/> say.</summary>
    private TrainedNetwork TrainDefault(TrainingPlanner planner, LoadedRows data, TargetConversion conversion, DataViewSchema.Column features, int outputs, FitEnvironment environment)
    {
        var defaults = _options.DefaultsFor(_task, data.Rows.IsWideSparse);
        bool scales = _options.ScaleFeatures;
        bool standardizes = data.Rows.IsWideSparse || defaults.ReadsSparse; // quartiles of slots that are mostly 0 tell nothing
        var (training, validation) = (data.Rows, data.Validation); // of a stream, a sample
        var statistics = defaults.ReadsSparse ? RobustStatistics.None(training.Width) : RobustStatistics.Of(training, defaults.NumberBins?.Bins ?? 0, _options.NumberOfThreads);
        var network = DefaultNetwork.Design(defaults, features, statistics);
        var layer = Layer.Sequential([.. scales ? [standardizes ? Layer.Standardize : Layer.RobustScale] : Array.Empty<Layer>(), .. ((SequentialLayer)planner.WithOutput(network.Body, outputs, defaults.ReadsSparse)).Layers]);
        var layout = new NetworkLayout(layer, training.Width);
        float[] buffers = NetworkInitializer.InitializeBuffers(layout, environment.Seed);
        Func<int, float, float>? scale = null;
        if (scales)
            scale = FillScaling(data, network, statistics, standardizes, buffers.AsMemory(0, training.Width), buffers.AsMemory(training.Width, training.Width));
        network.FillBins(statistics, layout, scale, buffers);

        bool deals = data.Stream is null && validation is null && _options.ValidationFraction is null && training.Count >= defaults.MinimumRowsToValidate;
        var plan = planner.PlanDefault(data, defaults, layout, buffers, conversion, environment);
        if (_options.EarlyStoppingRound > 0 && validation is null && !deals)
            throw NothingToStopBy($" (of fewer than {defaults.MinimumRowsToValidate} rows the default network sets none aside)");
        int count = deals && _options.EnsembleSize == 1 ? Math.Min(defaults.MaximumMembers, defaults.Folds) : 1;
        NetworkLimits.Check(conversion.Complete(new NetworkLayout(MemberAverage.Join(layer, count), training.Width)));
        int[]? parts = deals ? RowSplitter.Deal(training, defaults.Folds, stratify: _task != LearningTask.Regression, environment.Seed) : null;
        double budget = defaults.WorkBudget + (defaults.WorkPerRow * data.Count);
        double workPerEpoch = WorkPerRow(layout, training) * data.Count * (deals ? (defaults.Folds - 1.0) / defaults.Folds : 1);
        if (_options.NumberOfEpochs is null)
            plan = plan with { NumberOfEpochs = (int)Math.Clamp(budget / workPerEpoch, Math.Min(MinimumEpochs, plan.NumberOfEpochs), plan.NumberOfEpochs) };

        if (_options.EnsembleSize > 1)
            plan = plan with { Parameters = EnsembleNetwork.Initialize(layout, plan.Initialization, environment.Seed, network.FeatureWidths) };
        TrainingPlanner.Report(plan, data.Count, environment.Channel);
        environment.Checkpoints?.Begin(plan, data, count, deals ? defaults.Folds : 1, count > 1 ? budget : null);

        int threads = plan.NumberOfThreads ?? Environment.ProcessorCount;
        bool observed = _options.Observers.Count > 0 || _options.Progress is not null; // who looks on sees one training after the other
        var members = new MemberSchedule(count, budget, workPerEpoch, plan.NumberOfEpochs).Run(
            observed || !HostEngine.Supports(plan) ? 1 : threads,
            (i, lanes) =>
            {
                var (own, unseen) = parts is null ? (training, validation) : RowSplitter.Split(training, parts, i);
                var member = plan with
                {
                    Member = i + 1,
                    Members = count,
                    Seed = unchecked(plan.Seed + i),
                    NumberOfThreads = lanes == 1 ? plan.NumberOfThreads : Math.Max(1, threads / lanes),
                    Checkpoint = environment.Checkpoints?.Member(i + 1),
                };
                return MemberTraining.Of(Train(member, own, data.Stream, unseen, environment.Channel), unseen);
            });

        double factor = planner.Calibrates(defaults) && members[0].Validation is not null ? Temperature.Fit(members) : 1;
        environment.Channel.Info($"{members.Count} networks averaged, outputs times {factor:G4}.");
        return MemberAverage.Join([.. members.Select(member => member.Network)], factor);
    }

    /// <summary>The values of the default network's input scaling; gives its function of a slot's value.</summary>
    private static Func<int, float, float> FillScaling(LoadedRows data, DefaultNetwork network, RobustStatistics robust, bool standardizes, Memory<float> center, Memory<float> scale)
    {
        if (!standardizes)
        {
            network.FillScaling(robust, center.Span, scale.Span);
            return (slot, value) => RobustScaleLayer.Apply(value, center.Span[slot], scale.Span[slot]);
        }

        var statistics = data.Rows.IsSparse ? data.SparseStatistics : data.Statistics;
        statistics.Mean.CopyTo(center);
        statistics.InverseDeviation.CopyTo(scale);
        return (slot, value) => StandardizeLayer.Apply(value, center.Span[slot], scale.Span[slot]);
    }

    /// <summary>The weights, and as many as the embeddings' functions cost the time of.</summary>
    private static double WorkPerRow(NetworkLayout layout, RowSet rows)
    {
        const double WorkOfCosine = 40, WorkOfBin = 12; // measured
        double unread = rows.IsWideSparse && layout.Root.DescendantsAndSelf().FirstOrDefault(node => node.Layer is EmbeddingBagLayer) is { } bag
            ? bag.Parameters[0].Count - ((double)bag.OutputWidth * new SparseTable(rows).ValueCount / rows.Count)
            : 0;
        return layout.Root.DescendantsAndSelf().Sum(node => node.Layer switch
        {
            PeriodicEmbeddingLayer embedding => WorkOfCosine * node.InputWidth * embedding.Frequencies,
            PiecewiseLinearEmbeddingLayer embedding => WorkOfBin * node.InputWidth * embedding.Bins,
            EnsembleLinearLayer ensemble => (ensemble.Members - 1.0) * node.Parameters[0].Count,
            _ => 0,
        }) + layout.ParameterCount - unread;
    }

    private static DenseNetOptions Validated(DenseNetOptions options, LearningTask task)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate(task);
        return options;
    }

    private TTransformer FitFrom(IDataView trainData, IDataView? validationData, TModel? initialModel)
    {
        ArgumentNullException.ThrowIfNull(trainData);
        _options.Validate(_task); // they may have been changed since the trainer was made
        CheckColumns(SchemaShape.Create(trainData.Schema));
        if (validationData is not null)
            CheckColumns(SchemaShape.Create(validationData.Schema), isValidation: true);
        return TrainTransformer(trainData, validationData, (IPredictor?)initialModel);
    }

    /// <summary>The first pass over the data: rows, or what is to be known of a stream of them, and the rows to validate on.</summary>
    private LoadedRows ReadRows(TrainContext context, int classes, bool isDefault, bool allowMissing, FitEnvironment environment)
    {
        var limits = new MemoryLimits(_options.MemoryBudget);
        var schema = context.TrainingSet.Schema.Schema;
        double fraction = context.ValidationSet is null ? _options.ValidationFraction ?? 0 : 0;

        // The default network deals rows in memory out by itself; of a stream it holds out as many as one part would have.
        bool decides = isDefault && context.ValidationSet is null && _options.ValidationFraction is null;
        HeldOut HeldOutOf(bool isWideSparse) => decides ? HeldOut.Part(_options.DefaultsFor(_task, isWideSparse)) : new HeldOut(fraction);
        var data = new RowLoader(MakeReader(schema, allowMissing), limits, classes, environment.Seed)
            .Read(context.TrainingSet.Data, _options.DataPlacement, HeldOutOf, gatherMoments: _options.ScaleFeatures && !isDefault && fraction == 0, _options.CancellationToken);
        if (data.Rows.IsWideSparse)
            environment.Channel.Info($"The {data.Rows.Width} features are kept sparse{(_options.ScaleFeatures ? "; the numbers among them are scaled" : "")}.");
        if (data.Stream is not null)
            environment.Channel.Info($"{data.Count} training rows are streamed: they are read anew in every epoch.");

        if (context.ValidationSet is { } validationSet)
        {
            var reader = MakeReader(validationSet.Schema.Schema, allowMissing, isValidation: true);
            if (reader.Width != data.Rows.Width)
                throw new InvalidOperationException($"Column '{_options.FeatureColumnName}' has {data.Rows.Width} slots in the training data and {reader.Width} in the validation data: run both through the same fitted transforms.");
            return data with
            {
                Validation = data.Stream is null
                    ? reader.Read(validationSet.Data, _options.CancellationToken)
                    : new RowLoader(reader, limits, classes, environment.Seed).ReadBounded(validationSet.Data, _options.CancellationToken),
            };
        }

        if (data.Stream is not null || fraction == 0)
            return data;
        var (training, validation) = RowSplitter.Split(data.Rows, fraction, stratify: _task != LearningTask.Regression, environment.Seed);
        return new LoadedRows(training, null, validation, LabelStatistics.Of(training, classes));
    }

    /// <summary>Whether the network's input scaling takes missing values as the mean.</summary>
    private bool TakesMissing(TrainedNetwork? initial)
    {
        LayerNode? scaling = null;
        if (initial is not null)
            TorchNetwork.BehindScaling(initial.Layout, out scaling);
        return _options.ScaleFeatures && (initial is null || scaling is not null);
    }

    private RowReader MakeReader(DataViewSchema schema, bool allowMissing, bool isValidation = false) =>
        new(schema, FeatureColumn.Name, LabelColumn.Name, WeightColumn.IsValid ? WeightColumn.Name : null, allowMissingFeatures: allowMissing)
        {
            IsValidation = isValidation,
            MaximumReaders = _options.NumberOfThreads ?? Environment.ProcessorCount,
        };

    /// <summary>Finds the device, opens checkpoints and settles the seed: all that is decided before a row is read.</summary>
    private FitEnvironment Prepare(IChannel channel)
    {
        var host = (IHostEnvironmentInternal)Host;
        var device = TorchRuntime.Resolve(_options.Device, host.GpuDeviceId, host.FallbackToCpu, message => channel.Warning(message));
        var checkpoints = CheckpointFolder.Open(_options);
        int seed = _options.Seed ?? host.Seed ?? checkpoints?.Seed ?? Random.Shared.Next();
        return new FitEnvironment(seed, device, checkpoints, channel);
    }

    private InvalidOperationException NothingToStopBy(string reason = "") =>
        new($"{nameof(_options.EarlyStoppingRound)} is {_options.EarlyStoppingRound}, but there is no validation data{reason}: set {nameof(_options.ValidationFraction)}, or give Fit validation data.");

    private void CheckColumns(SchemaShape schema, bool isValidation = false)
    {
        CheckColumn(FeatureColumn, "Feature", nameof(_options.FeatureColumnName), ColumnRemedy.ToFeatures);
        CheckColumn(LabelColumn, "Label", nameof(_options.LabelColumnName), LabelRemedy);
        if (WeightColumn.IsValid)
            CheckColumn(WeightColumn, "Example weight", nameof(_options.ExampleWeightColumnName), ColumnRemedy.ToSingle);

        void CheckColumn(SchemaShape.Column expected, string role, string option, Func<SchemaShape.Column, string> remedy)
        {
            if (!schema.TryFindColumn(expected.Name, out var found))
                throw new ArgumentOutOfRangeException(nameof(schema), $"{role} column '{expected.Name}' not found. The {(isValidation ? "validation " : "")}data has {string.Join(", ", schema.Select(column => $"'{column.Name}'"))}. Set {option} to one of them, or add the transform that makes the column.");
            if (!expected.IsCompatibleWith(found))
                throw new ArgumentOutOfRangeException(nameof(schema), $"{role} column '{expected.Name}'{(isValidation ? " of the validation data" : "")} is {found.GetTypeString()}, but DenseNet needs {(expected.Kind == SchemaShape.Column.VectorKind.Vector ? "a known-size " : "")}{expected.GetTypeString()}. {remedy(found)}");
        }
    }
}
