namespace Microsoft.ML.DenseNet;

/// <summary>
/// How a network is trained, with every option decided: set options as they are, others from PyTorch or the default network. From here
/// on all networks are trained the same way.
/// </summary>
internal sealed record Recipe
{
    public required Loss Loss { get; init; }

    public required Optimizer Optimizer { get; init; }

    public required double LearningRate { get; init; }

    public required Schedule Schedule { get; init; }

    public required double WeightDecay { get; init; }

    /// <summary>A factor on <see cref="WeightDecay"/>; null for 1.</summary>
    public Schedule? WeightDecaySchedule { get; init; }

    /// <summary>A factor on the probability of every dropout; null for 1.</summary>
    public Schedule? DropoutSchedule { get; init; }

    /// <summary>Whether biases, embeddings and layers of other widths learn at their own paces; see <see cref="Paces"/>.</summary>
    public bool PacesByWidth { get; init; }

    /// <summary>The power with which steps count in the average of the weights; null for no average. See <see cref="WeightAverage"/>.</summary>
    public double? WeightAveraging { get; init; }

    public required Initialization Initialization { get; init; }

    /// <summary>Whether the initial weights of Linears are fitted to training rows.</summary>
    public bool InitializesFromData { get; init; }

    public required int NumberOfEpochs { get; init; }

    public required int BatchSize { get; init; }

    /// <summary>Training stops after this many epochs without a better validation loss; 0 for never.</summary>
    public required int EarlyStoppingRound { get; init; }

    /// <summary>A factor on the best epoch's number; the product is added to <see cref="EarlyStoppingRound"/>.</summary>
    public double EarlyStoppingGrowth { get; init; }

    public double? GradientClipNorm { get; init; }

    /// <summary>Whether a factor on the outputs is fitted to validation rows.</summary>
    public bool Calibrates { get; init; }

    /// <summary>How the rows are divided and how many networks result; null for one network on all rows.</summary>
    public FoldPlan? Folds { get; init; }

    /// <summary>How much work the networks may do in total; infinite if epochs alone decide.</summary>
    public double WorkBudget { get; init; } = double.PositiveInfinity;

    /// <summary>Returns PyTorch's training, for networks specified by the options and for earlier models.</summary>
    /// <param name="options">The options.</param>
    /// <param name="loss">The loss if the options specify none.</param>
    /// <param name="rows">The number of training rows.</param>
    /// <param name="isWideSparse">Whether the rows are wide and sparse.</param>
    public static Recipe OfPyTorch(DenseNetOptions options, Loss loss, long rows, bool isWideSparse)
    {
        var optimizer = options.Optimizer ?? (isWideSparse && !(options.WeightDecay > 0) ? Optimizers.SparseAdam() : Optimizers.AdamW());
        return new Recipe
        {
            Loss = options.Loss ?? loss,
            Optimizer = optimizer,
            LearningRate = options.LearningRate ?? optimizer.DefaultLearningRate,
            Schedule = options.Schedule ?? Schedules.Constant,
            WeightDecay = options.WeightDecay ?? optimizer.DefaultWeightDecay,
            Initialization = options.Initialization ?? Initialization.PyTorch,
            NumberOfEpochs = options.NumberOfEpochs ?? 100,
            BatchSize = options.BatchSize ?? BatchSizeFor(rows),
            EarlyStoppingRound = options.EarlyStoppingRound,
            GradientClipNorm = options.GradientClipNorm,
        };
    }

    /// <summary>Returns the default network's training: RealMLP's, TabM's or the one for wide sparse rows, depending on the defaults.</summary>
    /// <param name="defaults">The defaults.</param>
    /// <param name="options">The options, which take precedence.</param>
    /// <param name="task">What is predicted.</param>
    /// <param name="loss">The loss if the options specify none.</param>
    /// <param name="rows">The number of training rows.</param>
    public static Recipe Of(DenseNetDefaults defaults, DenseNetOptions options, LearningTask task, Loss loss, long rows)
    {
        // Rates and their schedules belong to AdamW; another optimizer brings its own.
        bool isOurs = options.Optimizer is null;
        int batchSize = options.BatchSize ?? defaults.BatchSize ?? BatchSizeFor(rows);
        var optimizer = options.Optimizer ?? (defaults.ReadsSparse && !((options.WeightDecay ?? defaults.WeightDecay) > 0)
            ? Optimizers.SparseAdam(beta2: defaults.SecondMomentDecay)
            : Optimizers.AdamW(beta2: defaults.SecondMomentDecay));
        return new Recipe
        {
            Loss = options.Loss ?? (task switch
            {
                LearningTask.BinaryClassification => Losses.BinaryCrossEntropy(labelSmoothing: defaults.LabelSmoothingFor(rows)),
                LearningTask.MulticlassClassification => Losses.CrossEntropy(labelSmoothing: defaults.LabelSmoothingFor(rows)),
                _ => loss,
            }),
            Optimizer = optimizer,
            LearningRate = options.LearningRate ?? (isOurs ? defaults.LearningRateFor(rows) : optimizer.DefaultLearningRate),
            Schedule = options.Schedule ?? (isOurs ? defaults.Schedule : Schedules.Constant),
            WeightDecay = options.WeightDecay ?? (isOurs ? defaults.WeightDecay : optimizer.DefaultWeightDecay),
            WeightDecaySchedule = isOurs ? defaults.WeightDecaySchedule : null,
            DropoutSchedule = defaults.DropoutSchedule,
            PacesByWidth = isOurs && defaults.PaceByWidth,
            WeightAveraging = defaults.WeightAveraging,
            Initialization = options.Initialization ?? Initialization.PyTorch,
            InitializesFromData = defaults.InitializeFromData && options.Initialization is null,
            NumberOfEpochs = options.NumberOfEpochs ?? defaults.NumberOfEpochs,
            BatchSize = batchSize,
            EarlyStoppingRound = options.EarlyStoppingRound > 0 ? options.EarlyStoppingRound : defaults.EarlyStoppingRoundFor(rows, batchSize),
            EarlyStoppingGrowth = options.EarlyStoppingRound > 0 ? 0 : defaults.EarlyStoppingGrowth,
            GradientClipNorm = options.GradientClipNorm ?? defaults.GradientClipNorm,
            Calibrates = defaults.Calibrate && options.EnsembleSize == 1 && options.Loss is null && task != LearningTask.Regression,
            Folds = FoldPlan.Of(defaults, options),
            WorkBudget = defaults.WorkBudget + (defaults.WorkPerRow * rows),
        };
    }

    /// <summary>RealMLP's "auto" batch sizes (pytabkit).</summary>
    private static int BatchSizeFor(long rows) => rows switch
    {
        <= 1024 => 64,
        <= 8192 => 128,
        <= 30_000 => 256,
        <= 100_000 => 512,
        _ => 1024,
    };
}
