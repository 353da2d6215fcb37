namespace Microsoft.ML.DenseNet;

/// <summary>
/// What the trainers do when no network is named: RealMLP, "better by default" (Holzmüller et al., NeurIPS 2024, arXiv 2407.04491),
/// with the numbers of its authors' code (pytabkit, <c>default_params.py</c>) where nothing else is said. Change some with
/// <c>DenseNetDefaults.For(task) with { ... }</c> and hand them to <see cref="DenseNetOptions.Defaults"/>.
/// </summary>
/// <remarks>
/// Options of the trainer that are set win over these. Rates are those of a Linear of 256 inputs: pytabkit's weights are
/// parametrized so that a Linear of n inputs learns at 1/√n of the rate that it states, biases at a tenth of it, and so on; here
/// ranges of the parameters have factors on <see cref="LearningRate"/> and <see cref="WeightDecay"/> to the same effect.
/// </remarks>
public sealed record DenseNetDefaults
{
    private const double MaximumDoubtedRows = 1e9;

    private DenseNetDefaults()
    {
    }

    /// <summary>The defaults of a task.</summary>
    /// <param name="task">What is predicted.</param>
    public static DenseNetDefaults For(LearningTask task) => task switch
    {
        LearningTask.BinaryClassification => new(),
        LearningTask.MulticlassClassification => new() { LabelSmoothing = 0.1, Dropout = 0.05f },
        _ => new() { Activation = Layer.Mish, LearningRate = 0.2 / 16, FullRateRows = 10_000 },
    };

    /// <summary>
    /// The defaults of a task with <see cref="DenseNetOptions.EnsembleSize"/> above 1: TabM (Gorishniy et al., ICLR 2025, arXiv
    /// 2410.24210), with the numbers of its authors' package (tabm 0.0.3), behind the input part of the other defaults.
    /// </summary>
    /// <remarks>
    /// TabM: two hidden layers of 512 units where numbers are embedded and three where none are, ReLU, dropout 0.1, AdamW at 0.002 with
    /// weight decay 3e-4 on all parameters, gradients of norm 1 at most, batches that all members share, an end after more than
    /// 16 epochs without a better validation. Ours: robust scaling and cosine embeddings where TabM takes quantiles and piecewise-linear
    /// ones, embeddings of large one-hot blocks, smaller batches than its 256 where rows are few, as many more epochs without a better
    /// validation as the best one's number (on the 824 rows of concrete, 8 members come to an RMSE of 5.2 instead of 6.0), the log-loss
    /// where it compares accuracies, and a limit to the work, four times that of the other defaults.
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
        WorkBudget = 4 * 1.4e11,
        WorkPerRow = 4 * 2.5e7,
        MaximumTrainedFolds = 1,
        Calibrate = false,
    };

    /// <summary>
    /// The defaults over wide sparse rows (see <see cref="DenseNetOptions.ScaleFeatures"/>), such as n-grams of text or hashed
    /// categories. Ours, all of it: an EmbeddingBag of 32 units behind a scaling of the numbers among the slots, ReLU, and SparseAdam at
    /// 0.002, which moves only the rows of weights that a step's rows look up; one network, up to 30 epochs, an end after 3 without a
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
        Folds = 10,
        MaximumTrainedFolds = 1,
        Calibrate = task != LearningTask.Regression,
        ClampPrediction = task == LearningTask.Regression,
    };

    /// <summary>Whether the first hidden layer is an EmbeddingBag and the optimizer SparseAdam in place of AdamW; see <see cref="ForSparse"/>.</summary>
    public bool ReadsSparse { get; init; }

    /// <summary>The widths of the hidden layers, each from 1 to <see cref="Layer.MaximumUnits"/>; empty for none. pytabkit: 256, 256, 256.</summary>
    public IReadOnlyList<int> HiddenUnits { get; init; } = [256, 256, 256];

    /// <summary>The widths of the hidden layers where no number is embedded, each from 1 to <see cref="Layer.MaximumUnits"/>; null for <see cref="HiddenUnits"/>.</summary>
    public IReadOnlyList<int>? HiddenUnitsWithoutEmbedding { get; init; }

    /// <summary>The activation behind each hidden Linear. pytabkit: SELU for classes, Mish for numbers.</summary>
    public Layer Activation { get; init; } = Layer.SELU;

    /// <summary>The dropout behind each activation, from 0 to below 1, with <see cref="DropoutSchedule"/>. pytabkit: 0.15. Ours for several classes, which label smoothing regularizes already: 0.05.</summary>
    public float Dropout { get; init; } = 0.15f;

    /// <summary>A factor on <see cref="Dropout"/> while training. pytabkit: flat, then a cosine to 0.</summary>
    public Schedule DropoutSchedule { get; init; } = Schedules.FlatCosine;

    /// <summary>The embedding of each number that has more than two values; null for none. pytabkit: 16 cosines, width 4, deviation 0.1.</summary>
    public PeriodicEmbeddingLayer? NumberEmbedding { get; init; } = (PeriodicEmbeddingLayer)Layer.PeriodicEmbedding();

    /// <summary>
    /// A second embedding of the same numbers, by their place among bins of the training rows; null for none. Ours, after TabM's
    /// piecewise-linear embeddings: it lets a network see thresholds, as trees do.
    /// </summary>
    public PiecewiseLinearEmbeddingLayer? NumberBins { get; init; } = (PiecewiseLinearEmbeddingLayer)Layer.PiecewiseLinearEmbedding(48, 4);

    /// <summary>With more numbers than this, at least 0, none is embedded, which would make the network slow. Ours: 128.</summary>
    public int MaximumEmbeddedNumbers { get; init; } = 128;

    /// <summary>The most slots, at least 0, of a one-hot block (ML.NET's CategoricalSlotRanges) that is taken as it is. pytabkit: up to 8 and missing.</summary>
    public int MaximumOneHotSlots { get; init; } = 8;

    /// <summary>The width of the embedding of larger one-hot blocks, to <see cref="Layer.MaximumUnits"/>; 0 for none. pytabkit: 8.</summary>
    public int CategoryWidth { get; init; } = 8;

    /// <summary>Whether the first layer's inputs have learned factors. pytabkit: yes, at 6 times its rate.</summary>
    public bool LearnInputScale { get; init; } = true;

    /// <summary>Whether the first weights are fitted to training rows, pytabkit's "std" and "he+5"; else PyTorch's.</summary>
    public bool InitializeFromData { get; init; } = true;

    /// <summary>
    /// The label smoothing of classes, from 0 to below 1. pytabkit: 0.1. Ours: 0.1 for several classes, where <see cref="Calibrate"/> mends the
    /// probabilities, and 0 for two, as its authors advise for AUC and log-loss.
    /// </summary>
    public double LabelSmoothing { get; init; }

    /// <summary>
    /// As how many rows, from 0 to 1,000,000,000, spread evenly over the classes, doubt in the labels counts: they are smoothed by at least this
    /// number / (rows + this number). Ours: 2, as in Laplace's rule of succession; without it, a few rows that are easily told apart make
    /// probabilities of exactly 0.
    /// </summary>
    public double DoubtedRows { get; init; } = 2;

    /// <summary>The learning rate of a Linear of 256 inputs, above 0 and at most <see cref="DenseNetOptions.MaximumRate"/>. pytabkit: 0.04 / 16 for classes, 0.2 / 16 for numbers.</summary>
    public double LearningRate { get; init; } = 0.04 / 16;

    /// <summary>
    /// With fewer rows than this, the learning rate is multiplied by √(rows / this number), at least by a quarter; 0 for never. Ours:
    /// 10 000 for numbers, where a few hundred rows want a lower rate beside <see cref="NumberBins"/> and many do not.
    /// </summary>
    public int FullRateRows { get; init; }

    /// <summary>The learning rate's course. pytabkit: four cosine waves, each twice as long as the one before.</summary>
    public Schedule Schedule { get; init; } = Schedules.CosineLog();

    /// <summary>
    /// AdamW's weight decay, from 0 to <see cref="DenseNetOptions.MaximumRate"/>, for the weights of Linears alone. pytabkit: 0.02 at its rate, which is 16 times ours, so the product is
    /// the same.
    /// </summary>
    public double WeightDecay { get; init; } = 0.02 * 16;

    /// <summary>A factor on the weight decay while training. pytabkit: flat, then a cosine to 0.</summary>
    public Schedule WeightDecaySchedule { get; init; } = Schedules.FlatCosine;

    /// <summary>AdamW's beta2, from 0 to below 1. pytabkit: 0.95.</summary>
    public double SecondMomentDecay { get; init; } = 0.95;

    /// <summary>Whether biases, embeddings and layers of other widths learn at paces of their own, as the remarks say. pytabkit: yes.</summary>
    public bool PaceByWidth { get; init; } = true;

    /// <summary>Gradients longer than this, above 0, are shortened to it; null for no limit. pytabkit: none.</summary>
    public double? GradientClipNorm { get; init; }

    /// <summary>Passes over the training rows, from 0 to 100000. pytabkit: 256.</summary>
    public int NumberOfEpochs { get; init; } = 256;

    /// <summary>Rows a step, at least 1; null for 64 to 1024, more with more rows. pytabkit: 256.</summary>
    public int? BatchSize { get; init; } = 256;

    /// <summary>
    /// Equal parts into which the rows are dealt, at least 2; each member of the model trains on all but one and takes the weights of the epoch
    /// that is best on that one. pytabkit: a fifth of the rows.
    /// </summary>
    public int Folds { get; init; } = 5;

    /// <summary>The most networks whose outputs are averaged, at least 1, each with a part of its own to validate on. Fewer where rows are many, and one where it has members of its own.</summary>
    public int MaximumTrainedFolds { get; init; } = 4;

    /// <summary>The fewest rows that are split at all, at least <see cref="Folds"/>; with fewer, one network trains on all rows to the last epoch. Ours: 40.</summary>
    public int MinimumRowsToValidate { get; init; } = 40;

    /// <summary>Training stops this many epochs (and <see cref="EarlyStoppingGrowth"/> times the best epoch) after the best; 0 for never. pytabkit's optional rule.</summary>
    public int EarlyStoppingRound { get; init; } = 20;

    /// <summary>
    /// See <see cref="EarlyStoppingRound"/>; at least 0. pytabkit: 1. Ours: 1.5, so that a network whose best epoch ends a wave of the learning
    /// rate's course gets to the end of the next one, which is twice as long.
    /// </summary>
    public double EarlyStoppingGrowth { get; init; } = 1.5;

    /// <summary>Whether one factor on a classifier's outputs is fitted to the rows validated on (temperature scaling, Guo et al. 2017).</summary>
    public bool Calibrate { get; init; } = true;

    /// <summary>Whether predictions of numbers are kept in the range of the training labels. pytabkit: yes.</summary>
    public bool ClampPrediction { get; init; } = true;

    /// <summary>
    /// How much a training may work, at least 0, in weights times rows passed (a cosine of an embedding counts as 40 weights, a bin as
    /// 12), beside what <see cref="WorkPerRow"/> adds. Networks are trained, up to <see cref="MaximumTrainedFolds"/>, while their work so far
    /// leaves room for one more, and one that would by itself exceed it gets fewer epochs. Ours, chosen for 10 seconds on 2 cores under
    /// 2000 rows and a minute for 30 000.
    /// </summary>
    public double WorkBudget { get; init; } = 1.0e11;

    /// <summary>What each training row adds to <see cref="WorkBudget"/>, at least 0. Ours.</summary>
    public double WorkPerRow { get; init; } = 3.8e7;

    /// <summary><see cref="LabelSmoothing"/> for a number of rows.</summary>
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
        Guard.Below(SecondMomentDecay, 0, 1, Name(nameof(SecondMomentDecay)));
        if (GradientClipNorm is { } clipNorm)
            Guard.Positive(clipNorm, Name(nameof(GradientClipNorm)));
        Guard.InRange(NumberOfEpochs, 0, TrainingHistory.MaximumCount, Name(nameof(NumberOfEpochs)));
        if (BatchSize is { } batchSize)
            Guard.AtLeast(batchSize, 1, Name(nameof(BatchSize)));
        Guard.AtLeast(Folds, 2, Name(nameof(Folds)));
        Guard.AtLeast(MaximumTrainedFolds, 1, Name(nameof(MaximumTrainedFolds)));
        Guard.AtLeast(MinimumRowsToValidate, Folds, Name(nameof(MinimumRowsToValidate)), Name(nameof(Folds)));
        Guard.AtLeast(EarlyStoppingRound, 0, Name(nameof(EarlyStoppingRound)));
        Guard.NotNegative(EarlyStoppingGrowth, Name(nameof(EarlyStoppingGrowth)));
        Guard.NotNegative(WorkBudget, Name(nameof(WorkBudget)));
        Guard.NotNegative(WorkPerRow, Name(nameof(WorkPerRow)));
    }

    /// <summary><see cref="LearningRate"/> for a number of rows.</summary>
    internal double LearningRateFor(long rows) => FullRateRows == 0 ? LearningRate : LearningRate * Math.Clamp(Math.Sqrt((double)rows / FullRateRows), 0.25, 1);

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
