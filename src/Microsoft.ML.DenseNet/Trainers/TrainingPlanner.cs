using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>Makes the complete plan of a training run from a recipe and a network.</summary>
/// <param name="options">The options.</param>
/// <param name="task">What is predicted.</param>
/// <param name="defaultLoss">The loss if the options name none.</param>
/// <param name="host">ML.NET's host, for its cancellation.</param>
internal sealed class TrainingPlanner(DenseNetOptions options, LearningTask task, Loss defaultLoss, IHost host)
{
    /// <summary>Makes the plan for training a network.</summary>
    /// <param name="recipe">How it is trained.</param>
    /// <param name="design">The network.</param>
    /// <param name="data">The rows.</param>
    /// <param name="conversion">Converts labels to targets.</param>
    /// <param name="environment">What the fit runs with.</param>
    public TrainingPlan Plan(Recipe recipe, NetworkDesign design, LoadedRows data, TargetConversion conversion, FitEnvironment environment)
    {
        var layout = design.Layout;
        options.Loss?.Try(task, layout.OutputWidth);
        var plan = new TrainingPlan
        {
            Task = task,
            Signature = environment.Signature,
            Layout = layout,
            Categories = design.Categories,
            Conversion = conversion,
            Buffers = design.Buffers,
            Parameters = design.Parameters,
            ContinuesModel = design.Parameters is not null,
            Initialization = recipe.Initialization,
            InitializesFromData = recipe.InitializesFromData,
            Loss = recipe.Loss.OfMembers(layout.Members),
            ValidationLoss = options.Loss ?? defaultLoss,
            CalibratesValidation = recipe.Calibrates,
            Optimizer = recipe.Optimizer,
            Schedule = recipe.Schedule,
            LearningRate = recipe.LearningRate,
            WeightDecay = recipe.WeightDecay,
            WeightDecaySchedule = recipe.WeightDecaySchedule,
            DropoutSchedule = recipe.DropoutSchedule,
            WeightAveraging = recipe.WeightAveraging,
            ParameterGroups = recipe.PacesByWidth ? Paces.Of(layout) : [new ParameterGroup(0, layout.ParameterCount)],
            NumberOfEpochs = recipe.NumberOfEpochs,
            BatchSize = recipe.BatchSize,
            Shuffle = options.Shuffle,
            Seed = environment.Seed,
            Device = TorchRuntime.DeviceOf(environment.Device),
            UsesOnlyTorch = environment.Device.Kind == DeviceKind.TorchCpu,
            KeepsRowsOnHost = KeepsRowsOnHost(data),
            NumberOfThreads = options.Threads,
            Precision = options.Precision,
            EarlyStoppingRound = recipe.EarlyStoppingRound,
            EarlyStoppingGrowth = recipe.EarlyStoppingGrowth,
            RestoreBestWeights = options.RestoreBestWeights,
            GradientClipNorm = recipe.GradientClipNorm,
            GradientClipValue = options.GradientClipValue,
            Observers = [new LogObserver(environment.Channel, host), .. environment.Observes ? ObserversOf(options) : []],
            Report = environment.Report,
            MaximumThreads = environment.Joint is { } joint ? Math.Max(1, Environment.ProcessorCount / joint.Workers.CountHere) : null,
            CancellationToken = options.CancellationToken,
        };
        TrainingCost.Of(plan, data.Count).Check(MemoryLimits.Available);
        return design.FeatureWidths.Count == 0
            ? plan
            : plan with { Parameters = EnsembleNetwork.Initialize(layout, recipe.Initialization, environment.Seed, design.FeatureWidths) };
    }

    private static IEnumerable<TrainingObserver> ObserversOf(DenseNetOptions options) =>
        [.. options.Observers, .. options.Progress is { } progress ? [new EpochCallback(progress)] : Array.Empty<TrainingObserver>()];

    private bool KeepsRowsOnHost(LoadedRows data) => options.DataPlacement switch
    {
        DataPlacement.Host => true,
        DataPlacement.Auto => data.Rows.Blocks.Sum(block => block.Bytes) > new MemoryLimits(options.MemoryBudget).Device,
        _ => false,
    };
}
