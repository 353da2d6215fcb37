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
        if (_options.EarlyStoppingRound > 0 && !isDefault && trainContext.ValidationSet is null && !(_options.ValidationFraction > 0))
            throw NothingToStopBy();
        var environment = Prepare(channel);

        var data = ReadRows(trainContext, CountClasses(label), isDefault, environment);
        var conversion = PrepareTarget(data.Labels, initial, label);
        data = data.With(conversion);

        var network = isDefault
            ? TrainDefault(data, conversion, trainContext.TrainingSet.Schema.Feature!.Value, CountOutputs(label), environment)
            : TrainNamed(MakePlan(data, initial, conversion, CountOutputs(label), environment), data, environment);
        network = WithTail(network, conversion);
        foreach (var observer in _options.Observers)
            observer.OnModelReady(network, _task);
        var model = CreateModel(network, label);
        environment.Checkpoints?.Delete(message => channel.Warning(message));
        return model;
    }

    /// <summary>Trains the network that the options name, or that of an earlier model.</summary>
    private static TrainedNetwork TrainNamed(TrainingPlan plan, LoadedRows data, FitEnvironment environment)
    {
        environment.Checkpoints?.Begin(plan, data, members: 1, parts: 1);
        return Train(plan with { Checkpoint = environment.Checkpoints?.Member(1) }, data.Rows, data.Stream, data.Validation, environment.Channel);
    }

    private static TrainedNetwork Train(TrainingPlan plan, RowSet rows, StreamedRows? stream, RowSet? validation, IChannel channel)
    {
        var result = TrainingRun.Train(plan, rows, stream, validation);
        lock (channel)
            channel.Info($"Trained {result.History.Count} epochs ({result.History.StopReason}); the model is that of epoch {result.History.BestEpoch}.");
        return new TrainedNetwork(plan.Layout, result.Parameters, result.Buffers, result.History);
    }

    /// <summary>Adds the layers that make a prediction of the network's output.</summary>
    private static TrainedNetwork WithTail(TrainedNetwork network, TargetConversion conversion)
    {
        var layer = WithTail(network.Layout.Layer, conversion);
        return layer == network.Layout.Layer
            ? network
            : new TrainedNetwork(new NetworkLayout(layer, network.Layout.InputWidth), network.Parameters.ToArray(), [.. network.Buffers.Span, .. conversion.OutputBuffers], network.History);
    }

    /// <inheritdoc cref="WithTail(TrainedNetwork, TargetConversion)"/>
    private static Layer WithTail(Layer layer, TargetConversion conversion)
    {
        if (conversion.OutputRange is var (minimum, maximum))
            layer = NetworkComposer.Append(layer, Layer.HardTanh(minimum, maximum));
        return conversion.OutputLayer is { } tail ? NetworkComposer.Append(layer, tail) : layer;
    }

    /// <summary>Trains the default network, as <see cref="DenseNetDefaults"/> say.</summary>
    private TrainedNetwork TrainDefault(LoadedRows data, TargetConversion conversion, DataViewSchema.Column features, int outputs, FitEnvironment environment)
    {
        var defaults = _options.DefaultsFor(_task, data.Rows.IsWideSparse);
        bool scales = _options.ScaleFeatures && !data.Rows.IsWideSparse;
        var (training, validation) = (data.Rows, data.Validation); // of a stream, a sample
        var statistics = defaults.ReadsSparse ? RobustStatistics.None(training.Width) : RobustStatistics.Of(training, defaults.NumberBins?.Bins ?? 0);
        var network = DefaultNetwork.Design(defaults, features, statistics);
        var layer = Layer.Sequential([.. scales ? [Layer.RobustScale] : Array.Empty<Layer>(), .. ((SequentialLayer)WithOutput(network.Body, outputs)).Layers]);
        var layout = new NetworkLayout(layer, training.Width);
        float[] buffers = NetworkInitializer.InitializeBuffers(layout, environment.Seed);
        if (scales)
            network.FillScaling(statistics, buffers.AsSpan(0, training.Width), buffers.AsSpan(training.Width, training.Width));

        network.FillBins(statistics, layout, scales, buffers);

        var plan = MakeDefaultPlan(data, defaults, layout, buffers, conversion, environment);
        bool deals = data.Stream is null && validation is null && _options.ValidationFraction is null && training.Count >= defaults.MinimumRowsToValidate;
        if (_options.EarlyStoppingRound > 0 && validation is null && !deals)
            throw NothingToStopBy($" (of fewer than {defaults.MinimumRowsToValidate} rows the default network sets none aside)");
        int count = deals && _options.EnsembleSize == 1 ? Math.Min(defaults.MaximumMembers, defaults.Folds) : 1;
        NetworkLimits.Check(new NetworkLayout(WithTail(MemberAverage.Join(layer, count), conversion), training.Width));
        int[]? parts = deals ? RowSplitter.Deal(training, defaults.Folds, stratify: _task != LearningTask.Regression, environment.Seed) : null;
        double budget = defaults.WorkBudget + (defaults.WorkPerRow * data.Count);
        double workPerEpoch = WorkPerRow(layout, training) * data.Count * (deals ? (defaults.Folds - 1.0) / defaults.Folds : 1);
        if (_options.NumberOfEpochs is null)
            plan = plan with { NumberOfEpochs = (int)Math.Clamp(budget / workPerEpoch, Math.Min(MinimumEpochs, plan.NumberOfEpochs), plan.NumberOfEpochs) };

        if (_options.EnsembleSize > 1)
            plan = plan with { Parameters = EnsembleNetwork.Initialize(layout, plan.Initialization, environment.Seed, network.FeatureWidths) };
        Report(plan, data.Count, environment.Channel);
        environment.Checkpoints?.Begin(plan, data, count, deals ? defaults.Folds : 1);

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

        double factor = Calibrates(defaults) && members[0].Validation is not null ? Temperature.Fit(members) : 1;
        environment.Channel.Info($"{members.Count} networks averaged, outputs times {factor:G4}.");
        return MemberAverage.Join([.. members.Select(member => member.Network)], factor);
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

    private bool Calibrates(DenseNetDefaults defaults) => defaults.Calibrate && _options.EnsembleSize == 1 && _options.Loss is null && _task != LearningTask.Regression;

    private TrainingPlan MakeDefaultPlan(LoadedRows data, DenseNetDefaults defaults, NetworkLayout layout, float[] buffers, TargetConversion conversion, FitEnvironment environment)
    {
        // Rates and ranges belong together with AdamW; another optimizer comes with its own.
        bool isOurs = _options.Optimizer is null;
        var optimizer = _options.Optimizer ?? (defaults.ReadsSparse && !(_options.WeightDecay > 0)
            ? Optimizers.SparseAdam(beta2: defaults.SecondMomentDecay)
            : Optimizers.AdamW(beta2: defaults.SecondMomentDecay));
        var plan = CommonPlan(data, layout, conversion, environment) with
        {
            Buffers = buffers,
            Initialization = _options.Initialization ?? Initialization.PyTorch,
            InitializesFromData = defaults.InitializeFromData && _options.Initialization is null,
            Loss = (_options.Loss ?? (_task switch
            {
                LearningTask.BinaryClassification => Losses.BinaryCrossEntropy(labelSmoothing: defaults.LabelSmoothing),
                LearningTask.MulticlassClassification => Losses.CrossEntropy(labelSmoothing: defaults.LabelSmoothing),
                _ => Losses.MeanSquaredError(),
            })).OfMembers(_options.EnsembleSize),
            ValidationLoss = _options.Loss ?? DefaultLoss,
            CalibratesValidation = Calibrates(defaults),
            Optimizer = optimizer,
            Schedule = _options.Schedule ?? (isOurs ? defaults.Schedule : Schedules.Constant),
            LearningRate = _options.LearningRate ?? (isOurs ? defaults.LearningRateFor(data.Count) : optimizer.DefaultLearningRate),
            WeightDecay = _options.WeightDecay ?? (isOurs ? defaults.WeightDecay : optimizer.DefaultWeightDecay),
            WeightDecaySchedule = isOurs ? defaults.WeightDecaySchedule : null,
            DropoutSchedule = defaults.DropoutSchedule,
            NumberOfEpochs = _options.NumberOfEpochs ?? defaults.NumberOfEpochs,
            BatchSize = _options.BatchSize ?? defaults.BatchSize ?? DefaultBatchSize(data.Count),
            EarlyStoppingRound = _options.EarlyStoppingRound > 0 ? _options.EarlyStoppingRound : defaults.EarlyStoppingRound,
            EarlyStoppingGrowth = _options.EarlyStoppingRound > 0 ? 0 : defaults.EarlyStoppingGrowth,
            GradientClipNorm = _options.GradientClipNorm ?? defaults.GradientClipNorm,
        };
        if (isOurs && defaults.PaceByWidth)
            plan = plan with { ParameterGroups = DefaultNetwork.ParameterGroups(layout) };
        return plan;
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
    private LoadedRows ReadRows(TrainContext context, int classes, bool isDefault, FitEnvironment environment)
    {
        var limits = new MemoryLimits(_options.MemoryBudget);
        var schema = context.TrainingSet.Schema.Schema;
        double fraction = context.ValidationSet is null ? _options.ValidationFraction ?? 0 : 0;

        // The default network deals rows in memory out by itself; of a stream it holds out as many as one part would have.
        double held = isDefault && context.ValidationSet is null && _options.ValidationFraction is null ? 1.0 / (_options.DefaultsFor(_task)).Folds : fraction;
        var data = new RowLoader(MakeReader(schema), limits, classes, environment.Seed)
            .Read(context.TrainingSet.Data, _options.DataPlacement, held, gatherMoments: _options.ScaleFeatures && !isDefault && fraction == 0, _options.CancellationToken);
        if (data.Rows.IsWideSparse)
            environment.Channel.Info($"The {data.Rows.Width} features are kept sparse and are not scaled.");
        if (data.Stream is not null)
            environment.Channel.Info($"{data.Count} training rows are streamed: they are read anew in every epoch.");

        if (context.ValidationSet is { } validationSet)
        {
            var reader = MakeReader(validationSet.Schema.Schema, isValidation: true);
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

    private RowReader MakeReader(DataViewSchema schema, bool isValidation = false) =>
        new(schema, FeatureColumn.Name, LabelColumn.Name, WeightColumn.IsValid ? WeightColumn.Name : null, allowMissingFeatures: _options.ScaleFeatures) { IsValidation = isValidation };

    private TrainingPlan MakePlan(LoadedRows data, TrainedNetwork? initial, TargetConversion conversion, int outputs, FitEnvironment environment)
    {
        bool isWideSparse = data.Rows.IsWideSparse;
        var layout = MakeLayout(data.Rows.Width, initial, conversion, outputs, isWideSparse);
        NetworkLimits.Check(new NetworkLayout(WithTail(layout.Layer, conversion), layout.InputWidth));
        var optimizer = _options.Optimizer ?? (isWideSparse && !(_options.WeightDecay > 0) ? Optimizers.SparseAdam() : Optimizers.AdamW());
        var plan = CommonPlan(data, layout, conversion, environment) with
        {
            Parameters = initial?.Parameters.ToArray(),
            Buffers = initial?.Buffers[..layout.BufferCount].ToArray() ?? MakeBuffers(layout, data, environment.Seed),
            Optimizer = optimizer,
            Schedule = _options.Schedule ?? Schedules.Constant,
            LearningRate = _options.LearningRate ?? optimizer.DefaultLearningRate,
            WeightDecay = _options.WeightDecay ?? optimizer.DefaultWeightDecay,
            NumberOfEpochs = _options.NumberOfEpochs ?? 100,
            BatchSize = _options.BatchSize ?? DefaultBatchSize(data.Count),
        };
        Report(plan, data.Count, environment.Channel);
        return plan;
    }

    /// <summary>What the options say of any training; the rest is PyTorch's, and without buffers.</summary>
    private TrainingPlan CommonPlan(LoadedRows data, NetworkLayout layout, TargetConversion conversion, FitEnvironment environment)
    {
        var optimizer = _options.Optimizer ?? Optimizers.AdamW();
        long bytes = data.Rows.Blocks.Sum(block => block.Bytes);
        _options.Loss?.Try(_task, layout.OutputWidth);
        return new TrainingPlan
        {
            Task = _task,
            Layout = layout,
            OutputLayer = conversion.OutputLayer,
            OutputBuffers = conversion.OutputBuffers,
            Buffers = [],
            Initialization = _options.Initialization ?? Initialization.PyTorch,
            Loss = (_options.Loss ?? DefaultLoss).OfMembers(EnsembleNetwork.MembersOf(layout.Layer)),
            ValidationLoss = _options.Loss ?? DefaultLoss,
            Optimizer = optimizer,
            Schedule = Schedules.Constant,
            LearningRate = optimizer.DefaultLearningRate,
            WeightDecay = optimizer.DefaultWeightDecay,
            NumberOfEpochs = 1,
            BatchSize = 1,
            Shuffle = _options.Shuffle,
            Seed = environment.Seed,
            Device = TorchRuntime.DeviceOf(environment.Device),
            KeepsRowsOnHost = _options.DataPlacement == DataPlacement.Host || (_options.DataPlacement == DataPlacement.Auto && bytes > new MemoryLimits(_options.MemoryBudget).Device),
            NumberOfThreads = _options.NumberOfThreads,
            Precision = _options.Precision,
            EarlyStoppingRound = _options.EarlyStoppingRound,
            RestoreBestWeights = _options.RestoreBestWeights,
            GradientClipNorm = _options.GradientClipNorm,
            GradientClipValue = _options.GradientClipValue,
            Observers = [new LogObserver(environment.Channel, Host), .. _options.Observers, .. _options.Progress is { } progress ? [new EpochCallback(progress)] : Array.Empty<TrainingObserver>()],
            CancellationToken = _options.CancellationToken,
        };
    }

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

    private static void Report(TrainingPlan plan, long rows, IChannel channel) =>
        channel.Info($"{plan.Layout.ParameterCount} parameters, {rows} rows, batches of {Math.Min(plan.BatchSize, rows)}, {plan.NumberOfEpochs} epochs, {plan.Loss}, {plan.Optimizer} at learning rate {plan.LearningRate}, weight decay {plan.WeightDecay}, seed {plan.Seed}, on {plan.Device}.");

    private NetworkLayout MakeLayout(int width, TrainedNetwork? initial, TargetConversion conversion, int outputs, bool isWideSparse)
    {
        bool scales = _options.ScaleFeatures && !isWideSparse;
        var network = _options.Module is { } module
            ? NetworkComposer.Compose(scales, ModuleLayers.Describe(module, _options.ModuleName, width, outputs))
            : NetworkComposer.Compose(scales, WithOutput(_options.Network ?? NetworkComposer.Hidden(_options.HiddenUnits ?? [128, 128], isWideSparse), outputs, isWideSparse));
        if (initial is null)
            return new NetworkLayout(network, width);

        var trained = conversion.OutputLayer is null ? initial.Layout.Layer : NetworkComposer.WithoutLast(initial.Layout.Layer);
        if (conversion.OutputRange is not null)
            trained = NetworkComposer.WithoutLast(trained);
        if (initial.Layout.InputWidth != width)
            throw new InvalidOperationException($"The model to go on from reads {initial.Layout.InputWidth} features, but column '{_options.FeatureColumnName}' has {width}: train on the columns it was trained on.");
        if (_options.NamesNetwork && !trained.Equals(network))
            throw new InvalidOperationException($"The model to go on from is {trained}, but the options describe {network}: leave {nameof(_options.HiddenUnits)} and {nameof(_options.Network)} out to keep the model's network.");
        return new NetworkLayout(trained, width);
    }

    /// <summary>The hidden part and the output layer behind it, of as many members as the options ask for.</summary>
    private Layer WithOutput(Layer hidden, int outputs, bool isWideSparse = false) => _options.EnsembleSize > 1
        ? EnsembleNetwork.Of(hidden, _options.EnsembleSize, outputs, EnsembleNetwork.MeanOf(_task, _options.Loss))
        : NetworkComposer.Compose(scaleFeatures: false, hidden, isWideSparse && hidden is SequentialLayer { Layers.Count: 0 } ? Layer.EmbeddingBag(outputs) : Layer.Linear(outputs));

    private static float[] MakeBuffers(NetworkLayout layout, LoadedRows data, int seed)
    {
        float[] buffers = NetworkInitializer.InitializeBuffers(layout, seed);
        foreach (var node in layout.Root.DescendantsAndSelf().Where(node => node.Layer is StandardizeLayer && node.Path == "0"))
        {
            var statistics = data.Statistics;
            statistics.Mean.CopyTo(buffers, node.Parameters[0].Offset);
            statistics.InverseDeviation.CopyTo(buffers, node.Parameters[1].Offset);
        }

        return buffers;
    }

    /// <summary>RealMLP's "auto" batch sizes (pytabkit).</summary>
    private static int DefaultBatchSize(long rows) => rows switch
    {
        <= 1024 => 64,
        <= 8192 => 128,
        <= 30_000 => 256,
        <= 100_000 => 512,
        _ => 1024,
    };

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
