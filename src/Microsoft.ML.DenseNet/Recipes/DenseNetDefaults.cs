namespace Microsoft.ML.DenseNet;

/// <summary>
/// What the trainers use when no network is specified: RealMLP, "better by default" (Holzmüller et al., NeurIPS 2024, arXiv
/// 2407.04491), with the values from its authors' code (pytabkit, <c>default_params.py</c>) unless stated otherwise. Change some with
/// <c>DenseNetDefaults.For(task) with { ... }</c> and assign them to <see cref="DenseNetOptions.Defaults"/>.
/// </summary>
/// <remarks>
/// Trainer options that are set take precedence. Rates are those of a Linear with 256 inputs: pytabkit's weights are parametrized so
/// that a Linear with n inputs learns at 1/√n of the stated rate, biases at a tenth of it, and so on; here, ranges of the parameters
/// have factors on <see cref="LearningRate"/> and <see cref="WeightDecay"/> to the same effect.
/// </remarks>
public sealed record DenseNetDefaults
{
    private const double MaximumDoubtedRows = 1e9, MaximumPower = 1000;

    private DenseNetDefaults()
    {
    }

    /// <summary>Returns the defaults for a task.</summary>
    /// <param name="task">What is predicted.</param>
    /// <param name="effort">How much work to do.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="effort"/> is not one of its values.</exception>
    public static DenseNetDefaults For(LearningTask task, Effort effort = Effort.Standard)
    {
        Guard.Defined(effort, nameof(effort));
        DenseNetDefaults standard = task switch
        {
            LearningTask.BinaryClassification => new() { MinimumRowsToValidate = 20 },
            LearningTask.MulticlassClassification => new() { LabelSmoothing = 0.1, Dropout = 0.05f, MinimumRowsToValidate = 20 },
            _ => new() { Activation = Layer.Mish, LearningRate = 0.2 / 16, FullRateRows = 10_000 },
        };
        return effort switch
        {
            Effort.Quick => standard with
            {
                HiddenUnits = [64, 64, 64],
                MaximumTrainedFolds = 2,
                EarlyStoppingRound = 6,
                EarlyStoppingGrowth = 0.3,
                EarlyStoppingSteps = 80,
                WorkBudget = standard.WorkBudget / 11,
                WorkPerRow = standard.WorkPerRow / 11,
            },
            Effort.Best => standard with
            {
                HiddenUnits = [256, 256, 256],
                Folds = 8,
                MaximumTrainedFolds = 8,
                EarlyStoppingRound = 14,
                EarlyStoppingGrowth = 0.8,
                EarlyStoppingSteps = 160,
                WorkBudget = standard.WorkBudget * 4,
                WorkPerRow = standard.WorkPerRow * 4,
            },
            _ => standard,
        };
    }

    /// <summary>
    /// Returns the defaults for a task with <see cref="DenseNetOptions.EnsembleSize"/> above 1: TabM (Gorishniy et al., ICLR 2025, arXiv
    /// 2410.24210), with the values from its authors' package (tabm 0.0.3), after the input part of the other defaults.
    /// </summary>
    /// <remarks>
    /// TabM: two hidden layers of 512 units if numbers are embedded and three if not, ReLU, dropout 0.1, AdamW at 0.002 with weight decay
    /// 3e-4 on all parameters, gradients of norm 1 at most, batches shared by all members, and a stop after more than 16 epochs without a
    /// better validation. Ours: robust scaling and cosine embeddings where TabM uses quantiles and piecewise-linear ones, embeddings of
    /// large one-hot blocks, batches smaller than its 256 when there are few rows, a patience that is longer by the number of the best epoch
    /// (on the 824 rows of concrete, 8 members reach an RMSE of 5.2 instead of 6.0), log-loss where it compares accuracies, and a limit on
    /// the work, larger than that of the other defaults.
    /// </remarks>
    /// <param name="task">What is predicted.</param>
    public static DenseNetDefaults ForEnsemble(LearningTask task) => new()
    {
        HiddenUnits = [512, 512],
        HiddenUnitsWithoutEmbedding = [512, 512, 512],
        Activation = Layer.ReLU,
        Dropout = 0.1f,
        DropoutSchedule = Schedules.Constant,
        LearnInputScale = false,
        WeightAveraging = null,
        InitializeFromData = false,
        LearningRate = 0.002,
        Schedule = Schedules.Constant,
        SecondMomentDecay = 0.999,
        WeightDecay = 3e-4,
        WeightDecaySchedule = Schedules.Constant,
        PaceByWidth = false,
        GradientClipNorm = 1,
        BatchSize = null,
        EarlyStoppingRound = 17,
        EarlyStoppingGrowth = 1,
        EarlyStoppingSteps = 0,
        WorkBudget = 4 * 1.4e11,
        WorkPerRow = 4 * 2.5e7,
        MaximumTrainedFolds = 1,
        Calibrate = false,
    };

    /// <summary>
    /// Returns the defaults for wide sparse rows (see <see cref="DenseNetOptions.ScaleFeatures"/>), such as n-grams of text or hashed
    /// categories. All of it is ours: an EmbeddingBag of 32 units after a scaling of the numbers among the slots, ReLU, and SparseAdam at
    /// 0.002, which updates only the rows of weights that a step's rows look up; one network, up to 30 epochs, and a stop after 3 without a
    /// better one on a tenth of the rows.
    /// </summary>
    /// <param name="task">What is predicted.</param>
    public static DenseNetDefaults ForSparse(LearningTask task) => new()
    {
        ReadsSparse = true,
        HiddenUnits = [32],
        Activation = Layer.ReLU,
        Dropout = 0,
        DropoutSchedule = Schedules.Constant,
        NumberEmbedding = null,
        NumberBins = null,
        CategoryWidth = 0,
        LearnInputScale = false,
        WeightAveraging = null,
        InitializeFromData = false,
        LearningRate = 0.002,
        Schedule = Schedules.Constant,
        SecondMomentDecay = 0.999,
        WeightDecay = 0,
        WeightDecaySchedule = Schedules.Constant,
        PaceByWidth = false,
        NumberOfEpochs = 30,
        BatchSize = null,
        EarlyStoppingRound = 3,
        EarlyStoppingGrowth = 0,
        EarlyStoppingSteps = 0,
        WorkBudget = 1.0e11,
        WorkPerRow = 3.8e7,
        Folds = 10,
        MaximumTrainedFolds = 1,
        Calibrate = task != LearningTask.Regression,
        ClampPrediction = task == LearningTask.Regression,
    };

    /// <summary>Whether the first hidden layer is an EmbeddingBag and the optimizer SparseAdam instead of AdamW; see <see cref="ForSparse"/>.</summary>
    public bool ReadsSparse { get; init; }

    /// <summary>The widths of the hidden layers, each from 1 to <see cref="Layer.MaximumUnits"/>; empty for none. pytabkit: 256, 256, 256. Ours: half of that, which was no worse with the average of the weights, at a third of the cost.</summary>
    public IReadOnlyList<int> HiddenUnits { get; init; } = [128, 128, 128];

    /// <summary>The widths of the hidden layers if no number is embedded, each from 1 to <see cref="Layer.MaximumUnits"/>; null for <see cref="HiddenUnits"/>.</summary>
    public IReadOnlyList<int>? HiddenUnitsWithoutEmbedding { get; init; }

    /// <summary>The activation after each hidden Linear. pytabkit: SELU for classification, Mish for regression.</summary>
    public Layer Activation { get; init; } = Layer.SELU;

    /// <summary>The dropout after each activation, from 0 to below 1, with <see cref="DropoutSchedule"/>. pytabkit: 0.15. Ours for multiclass, which label smoothing already regularizes: 0.05.</summary>
    public float Dropout { get; init; } = 0.15f;

    /// <summary>A factor on <see cref="Dropout"/> during training. pytabkit: flat, then a cosine to 0.</summary>
    public Schedule DropoutSchedule { get; init; } = Schedules.FlatCosine;

    /// <summary>The embedding of each number with more than two values; null for none. pytabkit: 16 cosines, width 4, deviation 0.1.</summary>
    public PeriodicEmbeddingLayer? NumberEmbedding { get; init; } = (PeriodicEmbeddingLayer)Layer.PeriodicEmbedding();

    /// <summary>
    /// A second embedding of the same numbers, by their position among bins of the training rows; null for none. Ours, modeled on TabM's
    /// piecewise-linear embeddings: it lets a network see thresholds, as trees do.
    /// </summary>
    public PiecewiseLinearEmbeddingLayer? NumberBins { get; init; } = (PiecewiseLinearEmbeddingLayer)Layer.PiecewiseLinearEmbedding(48, 4);

    /// <summary>With more numbers than this, at least 0, none are embedded, because that would make the network slow. Ours: 128.</summary>
    public int MaximumEmbeddedNumbers { get; init; } = 128;

    /// <summary>The maximum number of slots, at least 0, of a one-hot block (ML.NET's CategoricalSlotRanges) that is used as it is. pytabkit: up to 8 and missing.</summary>
    public int MaximumOneHotSlots { get; init; } = 8;

    /// <summary>The width of the embedding of larger one-hot blocks, at most <see cref="Layer.MaximumUnits"/>; 0 for none. pytabkit: 8.</summary>
    public int CategoryWidth { get; init; } = 8;

    /// <summary>Whether the inputs of the first layer have learned factors. pytabkit: yes, at 6 times its rate.</summary>
    public bool LearnInputScale { get; init; } = true;

    /// <summary>Whether the initial weights are fitted to training rows (pytabkit's "std" and "he+5"); otherwise PyTorch's are used.</summary>
    public bool InitializeFromData { get; init; } = true;

    /// <summary>
    /// The label smoothing for classification, from 0 to below 1. pytabkit: 0.1. Ours: 0.1 for multiclass, where <see cref="Calibrate"/>
    /// corrects the probabilities, and 0 for two classes, as its authors advise for AUC and log-loss.
    /// </summary>
    public double LabelSmoothing { get; init; }

    /// <summary>
    /// How many rows of doubt, spread evenly over the classes, to add to the labels, from 0 to 1,000,000,000: labels are smoothed by at
    /// least this number / (rows + this number). Ours: 2, as in Laplace's rule of succession; without it, a few rows that are easy to
    /// separate lead to probabilities of exactly 0.
    /// </summary>
    public double DoubtedRows { get; init; } = 2;

    /// <summary>The learning rate of a Linear with 256 inputs, above 0 and at most <see cref="DenseNetOptions.MaximumRate"/>. pytabkit: 0.04 / 16 for classification, 0.2 / 16 for regression.</summary>
    public double LearningRate { get; init; } = 0.04 / 16;

    /// <summary>
    /// With fewer rows than this, the learning rate is multiplied by √(rows / this number), but by no less than a quarter; 0 for never.
    /// Ours: 10 000 for regression, where a few hundred rows need a lower rate alongside <see cref="NumberBins"/> and many do not.
    /// </summary>
    public int FullRateRows { get; init; }

    /// <summary>The learning-rate schedule. pytabkit: four cosine waves, each twice as long as the one before. Ours falls slowly, since <see cref="WeightAveraging"/> does the rest.</summary>
    public Schedule Schedule { get; init; } = Schedules.InverseTime(warmup: 50);

    /// <summary>
    /// The power with which steps count in the running average of the weights that the model gets, from 0 to 1000: step t counts in
    /// proportion to t^power, so that the average spans about the last 1 / (power + 1) of the steps; null for the last weights. Ours: 8. The
    /// average does the work of a falling rate at any moment, so that training need not wait for a wave to end.
    /// </summary>
    public double? WeightAveraging { get; init; } = 8;

    /// <summary>
    /// AdamW's weight decay, from 0 to <see cref="DenseNetOptions.MaximumRate"/>, on the weights of Linears only. pytabkit: 0.02 at its
    /// rate, which is 16 times ours, so the product is the same.
    /// </summary>
    public double WeightDecay { get; init; } = 0.02 * 16;

    /// <summary>A factor on the weight decay during training. pytabkit: flat, then a cosine to 0.</summary>
    public Schedule WeightDecaySchedule { get; init; } = Schedules.FlatCosine;

    /// <summary>AdamW's beta2, from 0 to below 1. pytabkit: 0.95.</summary>
    public double SecondMomentDecay { get; init; } = 0.95;

    /// <summary>Whether biases, embeddings and layers of other widths learn at their own paces, as described in the remarks. pytabkit: yes.</summary>
    public bool PaceByWidth { get; init; } = true;

    /// <summary>Gradients longer than this, above 0, are shortened to it; null for no limit. pytabkit: none.</summary>
    public double? GradientClipNorm { get; init; }

    /// <summary>Passes over the training rows, from 0 to 100000. pytabkit: 256.</summary>
    public int NumberOfEpochs { get; init; } = 256;

    /// <summary>Rows per step, at least 1; null for 64 to 1024, more with more rows. pytabkit: 256.</summary>
    public int? BatchSize { get; init; } = 256;

    /// <summary>
    /// The number of equal parts into which the rows are dealt, at least 2; each member of the model trains on all but one part and keeps
    /// the weights of the epoch that is best on that part. pytabkit: a fifth of the rows.
    /// </summary>
    public int Folds { get; init; } = 5;

    /// <summary>The maximum number of networks whose predictions (probabilities for classes) are averaged, from 1 to 256, each validated on a different part.
    /// Above <see cref="Folds"/>, the rows are dealt into parts again for the further ones (repeated folds). Fewer if there are many rows, and one if it has members itself.</summary>
    public int MaximumTrainedFolds { get; init; } = 4;

    /// <summary>The fewest rows that are split at all, at least <see cref="Folds"/>; with fewer, one network trains on all rows until the last epoch. Ours: 40, and 20 for classes, whose probabilities need rows to be calibrated on.</summary>
    public int MinimumRowsToValidate { get; init; } = 40;

    /// <summary>Training stops this many epochs (plus <see cref="EarlyStoppingGrowth"/> times the best epoch) after the best; 0 for never. pytabkit's optional rule: 20. Ours: 12.</summary>
    public int EarlyStoppingRound { get; init; } = 12;

    /// <summary>
    /// See <see cref="EarlyStoppingRound"/>; at least 0. pytabkit: 1. Ours: 0.6, since the averaged weights improve steadily, without waves to
    /// wait for.
    /// </summary>
    public double EarlyStoppingGrowth { get; init; } = 0.6;

    /// <summary>
    /// Training never stops before this many steps after the best epoch, at least 0. Ours: with a few hundred rows an epoch is a step or
    /// two, and <see cref="EarlyStoppingRound"/> epochs would not even outlast the warm-up of the rate.
    /// </summary>
    public int EarlyStoppingSteps { get; init; } = 120;

    /// <summary>
    /// Whether a classifier's probabilities are calibrated on the validation rows: by one factor on its outputs (temperature scaling, Guo et
    /// al. 2017), and a shift for each class that brings its mean probability to its share of the training rows, weights included.
    /// </summary>
    public bool Calibrate { get; init; } = true;

    /// <summary>Whether regression predictions are clamped to the range of the training labels. pytabkit: yes.</summary>
    public bool ClampPrediction { get; init; } = true;

    /// <summary>
    /// How much work a training may do, at least 0, in weights times rows passed (a cosine of an embedding counts as 40 weights, a bin as
    /// 12), in addition to <see cref="WorkPerRow"/>. Networks are trained, up to <see cref="MaximumTrainedFolds"/>, as long as the work so
    /// far leaves room for one more; one that would exceed the budget by itself gets fewer epochs. Ours, chosen for 3 seconds on 2 cores
    /// below 2000 rows and 20 for 30 000.
    /// </summary>
    public double WorkBudget { get; init; } = 3.3e10;

    /// <summary>What each training row adds to <see cref="WorkBudget"/>, at least 0. Ours.</summary>
    public double WorkPerRow { get; init; } = 1.25e7;

    /// <summary>Returns <see cref="LabelSmoothing"/> for this many rows.</summary>
    internal double LabelSmoothingFor(long rows) => Math.Max(LabelSmoothing, DoubtedRows / (rows + DoubtedRows));

    /// <summary>Checks every number.</summary>
    /// <exception cref="ArgumentException">One is out of its range.</exception>
    internal void Validate()
    {
        CheckUnits(HiddenUnits, nameof(HiddenUnits));
        CheckUnits(HiddenUnitsWithoutEmbedding ?? [], nameof(HiddenUnitsWithoutEmbedding));
        CheckSet(Activation, nameof(Activation));
        CheckSet(DropoutSchedule, nameof(DropoutSchedule));
        CheckSet(Schedule, nameof(Schedule));
        CheckSet(WeightDecaySchedule, nameof(WeightDecaySchedule));
        Guard.Below(Dropout, 0, 1, Name(nameof(Dropout)));
        Guard.AtLeast(MaximumEmbeddedNumbers, 0, Name(nameof(MaximumEmbeddedNumbers)));
        Guard.AtLeast(MaximumOneHotSlots, 0, Name(nameof(MaximumOneHotSlots)));
        Guard.InRange(CategoryWidth, 0, Layer.MaximumUnits, Name(nameof(CategoryWidth)));
        Guard.Below(LabelSmoothing, 0, 1, Name(nameof(LabelSmoothing)));
        Guard.InRange(DoubtedRows, 0, MaximumDoubtedRows, Name(nameof(DoubtedRows)));
        Guard.Positive(LearningRate, DenseNetOptions.MaximumRate, Name(nameof(LearningRate)));
        Guard.AtLeast(FullRateRows, 0, Name(nameof(FullRateRows)));
        Guard.InRange(WeightDecay, 0, DenseNetOptions.MaximumRate, Name(nameof(WeightDecay)));
        if (WeightAveraging is { } power)
            Guard.InRange(power, 0, MaximumPower, Name(nameof(WeightAveraging)));
        Guard.Below(SecondMomentDecay, 0, 1, Name(nameof(SecondMomentDecay)));
        if (GradientClipNorm is { } clipNorm)
            Guard.Positive(clipNorm, Name(nameof(GradientClipNorm)));
        Guard.InRange(NumberOfEpochs, 0, TrainingHistory.MaximumCount, Name(nameof(NumberOfEpochs)));
        if (BatchSize is { } batchSize)
            Guard.AtLeast(batchSize, 1, Name(nameof(BatchSize)));
        Guard.AtLeast(Folds, 2, Name(nameof(Folds)));
        Guard.InRange(MaximumTrainedFolds, 1, FoldPlan.MostNetworks, Name(nameof(MaximumTrainedFolds)));
        Guard.AtLeast(MinimumRowsToValidate, Folds, Name(nameof(MinimumRowsToValidate)), Name(nameof(Folds)));
        Guard.AtLeast(EarlyStoppingRound, 0, Name(nameof(EarlyStoppingRound)));
        Guard.NotNegative(EarlyStoppingGrowth, Name(nameof(EarlyStoppingGrowth)));
        Guard.AtLeast(EarlyStoppingSteps, 0, Name(nameof(EarlyStoppingSteps)));
        Guard.NotNegative(WorkBudget, Name(nameof(WorkBudget)));
        Guard.NotNegative(WorkPerRow, Name(nameof(WorkPerRow)));
    }

    /// <summary>Returns <see cref="LearningRate"/> for this many rows.</summary>
    internal double LearningRateFor(long rows) => FullRateRows == 0 ? LearningRate : LearningRate * Math.Clamp(Math.Sqrt((double)rows / FullRateRows), 0.25, 1);

    /// <summary>Returns <see cref="EarlyStoppingRound"/> for this many rows, in epochs that make <see cref="EarlyStoppingSteps"/> at least.</summary>
    internal int EarlyStoppingRoundFor(long rows, int batchSize)
    {
        double stepsPerEpoch = Math.Max(1, Math.Ceiling(rows * (Folds - 1.0) / Folds / batchSize));
        return EarlyStoppingRound == 0 ? 0 : Math.Max(EarlyStoppingRound, (int)Math.Ceiling(EarlyStoppingSteps / stepsPerEpoch));
    }

    private static string Name(string property) => $"{nameof(DenseNetOptions.Defaults)}.{property}";

    private static void CheckUnits(IReadOnlyList<int> units, string property)
    {
        CheckSet(units, property);
        for (int i = 0; i < units.Count; i++)
            Guard.InRange(units[i], 1, Layer.MaximumUnits, Name($"{property}[{i}]"));
    }

    private static void CheckSet(object? value, string property)
    {
        if (value is null)
            throw new ArgumentException($"{Name(property)} is null: set it, or leave it as it was.");
    }
}
