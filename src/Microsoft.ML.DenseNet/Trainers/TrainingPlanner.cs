using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>Makes of the options and of what is known of the data the plan of a training, in which no option is left open.</summary>
/// <param name="options">The options; a null in them is decided here.</param>
/// <param name="task">What is predicted.</param>
/// <param name="defaultLoss">The loss where the options name none.</param>
/// <param name="host">ML.NET's, for its cancellation.</param>
internal sealed class TrainingPlanner(DenseNetOptions options, LearningTask task, Loss defaultLoss, IHost host)
{
    /// <summary>The plan of the network that the options name, or of an earlier model's.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="initial">The model to go on from; null for none.</param>
    /// <param name="conversion">From labels to targets.</param>
    /// <param name="outputs">The number of outputs.</param>
    /// <param name="environment">What the fit runs with.</param>
    public TrainingPlan PlanNamed(LoadedRows data, TrainedNetwork? initial, TargetConversion conversion, int outputs, FitEnvironment environment)
    {
        bool isWideSparse = data.Rows.IsWideSparse;
        var layout = MakeLayout(data.Rows.Width, initial, conversion, outputs, isWideSparse);
        NetworkLimits.Check(conversion.Complete(layout));
        var optimizer = options.Optimizer ?? (isWideSparse && !(options.WeightDecay > 0) ? Optimizers.SparseAdam() : Optimizers.AdamW());
        var plan = CommonPlan(data, layout, conversion, environment) with
        {
            Parameters = initial?.Parameters.ToArray() ?? FirstParameters(layout, conversion, environment.Seed),
            Buffers = initial?.Buffers[..layout.BufferCount].ToArray() ?? MakeBuffers(layout, data, scalesSparse: options.ScaleFeatures && isWideSparse, environment.Seed),
            Optimizer = optimizer,
            Schedule = options.Schedule ?? Schedules.Constant,
            LearningRate = options.LearningRate ?? optimizer.DefaultLearningRate,
            WeightDecay = options.WeightDecay ?? optimizer.DefaultWeightDecay,
            NumberOfEpochs = options.NumberOfEpochs ?? 100,
            BatchSize = options.BatchSize ?? DefaultBatchSize(data.Count),
        };
        Report(plan, data.Count, environment.Channel);
        return plan;
    }

    /// <summary>The plan of the default network.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="defaults">What the options leave open.</param>
    /// <param name="layout">The network.</param>
    /// <param name="buffers">The values of it that are not trained.</param>
    /// <param name="conversion">From labels to targets.</param>
    /// <param name="environment">What the fit runs with.</param>
    public TrainingPlan PlanDefault(LoadedRows data, DenseNetDefaults defaults, NetworkLayout layout, float[] buffers, TargetConversion conversion, FitEnvironment environment)
    {
        // Rates and ranges belong together with AdamW; another optimizer comes with its own.
        bool isOurs = options.Optimizer is null;
        var optimizer = options.Optimizer ?? (defaults.ReadsSparse && !((options.WeightDecay ?? defaults.WeightDecay) > 0)
            ? Optimizers.SparseAdam(beta2: defaults.SecondMomentDecay)
            : Optimizers.AdamW(beta2: defaults.SecondMomentDecay));
        var plan = CommonPlan(data, layout, conversion, environment) with
        {
            Buffers = buffers,
            Initialization = options.Initialization ?? Initialization.PyTorch,
            InitializesFromData = defaults.InitializeFromData && options.Initialization is null,
            Loss = (options.Loss ?? (task switch
            {
                LearningTask.BinaryClassification => Losses.BinaryCrossEntropy(labelSmoothing: defaults.LabelSmoothingFor(data.Count)),
                LearningTask.MulticlassClassification => Losses.CrossEntropy(labelSmoothing: defaults.LabelSmoothingFor(data.Count)),
                _ => Losses.MeanSquaredError(),
            })).OfMembers(options.EnsembleSize),
            ValidationLoss = options.Loss ?? defaultLoss,
            CalibratesValidation = Calibrates(defaults),
            Optimizer = optimizer,
            Schedule = options.Schedule ?? (isOurs ? defaults.Schedule : Schedules.Constant),
            LearningRate = options.LearningRate ?? (isOurs ? defaults.LearningRateFor(data.Count) : optimizer.DefaultLearningRate),
            WeightDecay = options.WeightDecay ?? (isOurs ? defaults.WeightDecay : optimizer.DefaultWeightDecay),
            WeightDecaySchedule = isOurs ? defaults.WeightDecaySchedule : null,
            DropoutSchedule = defaults.DropoutSchedule,
            NumberOfEpochs = options.NumberOfEpochs ?? defaults.NumberOfEpochs,
            BatchSize = options.BatchSize ?? defaults.BatchSize ?? DefaultBatchSize(data.Count),
            EarlyStoppingRound = options.EarlyStoppingRound > 0 ? options.EarlyStoppingRound : defaults.EarlyStoppingRound,
            EarlyStoppingGrowth = options.EarlyStoppingRound > 0 ? 0 : defaults.EarlyStoppingGrowth,
            GradientClipNorm = options.GradientClipNorm ?? defaults.GradientClipNorm,
        };
        if (isOurs && defaults.PaceByWidth)
            plan = plan with { ParameterGroups = DefaultNetwork.ParameterGroups(layout) };
        return plan;
    }

    /// <summary>Whether the outputs are multiplied by the factor that suits the validation rows best.</summary>
    public bool Calibrates(DenseNetDefaults defaults) => defaults.Calibrate && options.EnsembleSize == 1 && options.Loss is null && task != LearningTask.Regression;

    /// <summary>The hidden part and the output layer behind it, of as many members as the options ask for.</summary>
    public Layer WithOutput(Layer hidden, int outputs, bool isWideSparse = false) => options.EnsembleSize > 1
        ? EnsembleNetwork.Of(hidden, options.EnsembleSize, outputs, EnsembleNetwork.MeanOf(task, options.Loss))
        : NetworkComposer.Compose(scaleFeatures: false, hidden, isWideSparse && hidden is SequentialLayer { Layers.Count: 0 } ? Layer.EmbeddingBag(outputs) : Layer.Linear(outputs));

    /// <summary>Says on ML.NET's log what will be done.</summary>
    public static void Report(TrainingPlan plan, long rows, IChannel channel) =>
        channel.Info($"{plan.Layout.ParameterCount} parameters, {rows} rows, batches of {Math.Min(plan.BatchSize, rows)}, {plan.NumberOfEpochs} epochs, {plan.Loss}, {plan.Optimizer} at learning rate {plan.LearningRate}, weight decay {plan.WeightDecay}, seed {plan.Seed}, on {plan.Device}.");

    /// <summary>What the options say of any training; the rest is PyTorch's, and without buffers.</summary>
    private TrainingPlan CommonPlan(LoadedRows data, NetworkLayout layout, TargetConversion conversion, FitEnvironment environment)
    {
        var optimizer = options.Optimizer ?? Optimizers.AdamW();
        long bytes = data.Rows.Blocks.Sum(block => block.Bytes);
        options.Loss?.Try(task, layout.OutputWidth);
        return new TrainingPlan
        {
            Task = task,
            Signature = environment.Signature,
            Layout = layout,
            Conversion = conversion,
            Buffers = [],
            Initialization = options.Initialization ?? Initialization.PyTorch,
            Loss = (options.Loss ?? defaultLoss).OfMembers(EnsembleNetwork.MembersOf(layout.Layer)),
            ValidationLoss = options.Loss ?? defaultLoss,
            Optimizer = optimizer,
            Schedule = Schedules.Constant,
            LearningRate = optimizer.DefaultLearningRate,
            WeightDecay = optimizer.DefaultWeightDecay,
            NumberOfEpochs = 1,
            BatchSize = 1,
            Shuffle = options.Shuffle,
            Seed = environment.Seed,
            Device = TorchRuntime.DeviceOf(environment.Device),
            KeepsRowsOnHost = options.DataPlacement == DataPlacement.Host || (options.DataPlacement == DataPlacement.Auto && bytes > new MemoryLimits(options.MemoryBudget).Device),
            NumberOfThreads = options.NumberOfThreads,
            Precision = options.Precision,
            EarlyStoppingRound = options.EarlyStoppingRound,
            RestoreBestWeights = options.RestoreBestWeights,
            GradientClipNorm = options.GradientClipNorm,
            GradientClipValue = options.GradientClipValue,
            Observers = [new LogObserver(environment.Channel, host), .. options.Observers, .. options.Progress is { } progress ? [new EpochCallback(progress)] : Array.Empty<TrainingObserver>()],
            CancellationToken = options.CancellationToken,
        };
    }

    private NetworkLayout MakeLayout(int width, TrainedNetwork? initial, TargetConversion conversion, int outputs, bool isWideSparse)
    {
        if (initial is null)
            return new NetworkLayout(NamedNetwork(width, outputs, isWideSparse), width);

        var trained = conversion.OutputLayer is null ? initial.Layout.Layer : NetworkComposer.WithoutLast(initial.Layout.Layer);
        if (conversion.OutputRange is not null)
            trained = NetworkComposer.WithoutLast(trained);
        if (initial.Layout.InputWidth != width)
            throw new InvalidOperationException($"The model to go on from reads {initial.Layout.InputWidth} features, but column '{options.FeatureColumnName}' has {width}: train on the columns it was trained on.");
        if (options.NamesNetwork && NamedNetwork(width, outputs, isWideSparse) is var network && !trained.Equals(network) && !(isWideSparse && IsBehindScaling(trained, network)))
            throw new InvalidOperationException($"The model to go on from is {trained}, but the options describe {network}: leave {nameof(options.HiddenUnits)} and {nameof(options.Network)} out to keep the model's network.");
        return new NetworkLayout(trained, width);
    }

    /// <summary>First weights whose outputs begin where the conversion wants them; null for those of the initialization.</summary>
    private float[]? FirstParameters(NetworkLayout layout, TargetConversion conversion, int seed)
    {
        if (conversion.OutputStart is not { } start || layout.Root.Children is not [.., { Layer: LinearLayer { HasBias: true } } output])
            return null;
        float[] parameters = NetworkInitializer.Initialize(layout, options.Initialization ?? Initialization.PyTorch, seed);
        parameters.AsSpan(output.Parameters[1].Offset, output.Parameters[1].Count).Fill(start);
        return parameters;
    }

    /// <summary>The network that the options name, from input scaling to outputs.</summary>
    private Layer NamedNetwork(int width, int outputs, bool isWideSparse) => NetworkComposer.Compose(
        options.ScaleFeatures,
        options.Module is { } module
            ? ModuleLayers.Describe(module, options.ModuleName, width, outputs)
            : WithOutput(options.Network ?? NetworkComposer.Hidden(options.HiddenUnits!, isWideSparse), outputs, isWideSparse));

    /// <summary>Whether a network is another without its input scaling, which earlier versions left out over wide sparse rows.</summary>
    private bool IsBehindScaling(Layer trained, Layer network) =>
        options.ScaleFeatures && network is SequentialLayer { Layers: var layers } && trained.Equals(Layer.Sequential(layers.Skip(1)));

    private static float[] MakeBuffers(NetworkLayout layout, LoadedRows data, bool scalesSparse, int seed)
    {
        float[] buffers = NetworkInitializer.InitializeBuffers(layout, seed);
        foreach (var node in layout.Root.DescendantsAndSelf().Where(node => node.Layer is StandardizeLayer && node.Path == "0"))
        {
            var statistics = scalesSparse ? data.SparseStatistics : data.Statistics;
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
}
