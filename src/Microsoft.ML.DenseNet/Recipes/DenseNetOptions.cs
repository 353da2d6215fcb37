using Microsoft.ML.Trainers;

namespace Microsoft.ML.DenseNet;

/// <summary>The options shared by all DenseNet trainers. For a null, the trainer chooses, and writes its choice to ML.NET's log.</summary>
/// <remarks>
/// If no network is specified (by <see cref="HiddenUnits"/>, <see cref="Network"/> or <see cref="Module"/>), the trainer makes its own
/// and trains it as <see cref="Defaults"/> say. If one is specified, nothing is added to it silently: the defaults stated here for each
/// option then apply, which are PyTorch's.
/// </remarks>
public abstract partial class DenseNetOptions : TrainerInputBaseWithWeight
{
    /// <summary>A <see cref="BatchSize"/> that takes all rows in one step.</summary>
    public const int FullBatch = int.MaxValue;

    /// <summary>The largest <see cref="EnsembleSize"/>.</summary>
    public const int MaximumEnsembleSize = Layer.MaximumMembers;

    /// <summary>The largest <see cref="NumberOfThreads"/>.</summary>
    public const int MaximumNumberOfThreads = 1024;

    /// <summary>The largest <see cref="LearningRate"/> and <see cref="WeightDecay"/>.</summary>
    public const double MaximumRate = 1e10;

    /// <summary>The maximum number of threads per processor of the machine: more would only wait for each other.</summary>
    private const int ThreadsPerProcessor = 4;

    private protected DenseNetOptions()
    {
    }

    /// <summary>
    /// Columns of categories: keys, or known-size vectors of keys, as MapValueToKey and Hash make them; null, the default, for none. The
    /// network reads each key as a one-hot block after the features, exactly as if OneHotEncoding and Concatenate had put it there. A
    /// missing key is a block of zeros. At most 1,024 columns, none named twice, and none of them the feature or label column.
    /// The feature column is still needed. Predictions need the same columns with the same keys: <see cref="TrainedNetwork.CategoryColumns"/>.
    /// </summary>
    public IReadOnlyList<string>? CategoryColumnNames { get; set; }

    /// <summary>
    /// A column of groups, such as customers or schools: rows with the same value stay on the same side whenever rows are set aside, in the
    /// default network's folds, by <see cref="ValidationFraction"/>, and so for early stopping and calibration. Null, the default, for no
    /// groups. It holds keys, numbers, text, Booleans, moments or row ids, one value a row and none missing. It is not a feature, and is not
    /// read when <c>Fit</c> is given validation rows.
    /// </summary>
    /// <remarks>
    /// Set it if the model will predict rows of groups that it has not seen: with rows of a group on both sides, validation flatters a
    /// network that learns the groups by heart. Groups are dealt largest first so that the sides get their share of the rows and of each
    /// class. With fewer groups than folds there are as many folds as groups. A stream draws groups at random.
    /// </remarks>
    public string? SamplingKeyColumnName { get; set; }

    /// <summary>
    /// A column of times: whenever rows are set aside, they are the latest ones, so that later rows validate earlier ones; rows of the same
    /// time stay together. Null, the default, for no order. It holds numbers, DateTime, DateTimeOffset or TimeSpan, or vectors of numbers
    /// such as year, month and hour, of which the first counts most; none missing. That does not make it a feature. It is not read when
    /// <c>Fit</c> is given validation rows.
    /// </summary>
    /// <remarks>
    /// Set it if the model will predict rows later than those that it learns from. The default network then trains on the earlier rows to
    /// find the number of epochs, and once more on all rows. With <see cref="SamplingKeyColumnName"/>, the groups that begin last validate the
    /// rows before them. A stream cannot have both.
    /// </remarks>
    public string? TimeColumnName { get; set; }

    /// <summary>
    /// The widths of the hidden layers, each a Linear followed by ReLU; an empty list makes a linear model. Leave it null to use
    /// <see cref="Network"/> or the default. Each from 1 to <see cref="Layer.MaximumUnits"/>.
    /// </summary>
    public IReadOnlyList<int>? HiddenUnits { get; set; }

    /// <summary>The hidden part of the network as an expression; the trainer adds the output Linear. Excludes <see cref="HiddenUnits"/>.</summary>
    public Layer? Network { get; set; }

    /// <summary>
    /// Makes a torch module of your own to replace the whole network, output layer included: it maps [rows, features] to [rows, 1], or for
    /// K classes to [rows, K] logits. Excludes <see cref="HiddenUnits"/> and <see cref="Network"/>. Scoring then needs libtorch, and the
    /// module registered with <see cref="DenseNetModules"/> under <see cref="ModuleName"/>.
    /// </summary>
    public ModuleFactory? Module { get; set; }

    /// <summary>
    /// The name under which the model knows <see cref="Module"/>; by default the name of its type, if that is a type of your own.
    /// <c>Fit</c> registers it for this process, replacing any earlier module of that name.
    /// </summary>
    public string? ModuleName { get; set; }

    /// <summary>
    /// What the trainer uses for options that are null when no network is specified; null, the default, for
    /// <see cref="DenseNetDefaults.For"/> the task, <see cref="DenseNetDefaults.ForEnsemble"/> with an <see cref="EnsembleSize"/>, or
    /// <see cref="DenseNetDefaults.ForSparse"/> for wide sparse rows (see <see cref="ScaleFeatures"/>). Not used with <see cref="HiddenUnits"/>, <see cref="Network"/> or <see cref="Module"/>.
    /// </summary>
    public DenseNetDefaults? Defaults { get; set; }

    /// <summary>
    /// How much time the default network takes to train, for how good a model; <see cref="Effort.Standard"/> by default. It is a choice among
    /// <see cref="DenseNetDefaults.For"/>: not with <see cref="Defaults"/>, a network of your own or an <see cref="EnsembleSize"/>, and without
    /// effect on wide sparse rows.
    /// </summary>
    public Effort Effort { get; set; }

    /// <summary>
    /// The number of members of an ensemble, which train together and share most of their weights: from 1, the default, for no ensemble, to
    /// <see cref="MaximumEnsembleSize"/>; TabM's authors use 32 (Gorishniy et al., ICLR 2025, arXiv 2410.24210). Each member has its own
    /// loss; the prediction is the mean of their probabilities or numbers. The default network becomes
    /// <see cref="DenseNetDefaults.ForEnsemble"/>; in <see cref="HiddenUnits"/> and <see cref="Network"/> every Linear becomes one for all
    /// members, which excludes later layers that mix units: LayerNorm, Concat, Select and embeddings. Excludes <see cref="Module"/>.
    /// Training and prediction take about that many times longer. A model that is trained further keeps its members.
    /// </summary>
    public int EnsembleSize { get; set; } = 1;

    /// <summary>How the initial weights are drawn; by default <see cref="Initialization.PyTorch"/>, and for the default network from the training rows.</summary>
    public Initialization? Initialization { get; set; }

    /// <summary>
    /// Whether features are scaled inside the model: standardized by the mean and deviation of the training rows or, in the default
    /// network, scaled by median and quartiles and smoothly clipped. Missing values become the mean or median. On by default. If off, the
    /// features must be finite and of similar size.
    /// </summary>
    /// <remarks>
    /// <para>
    /// Wide sparse rows, those with at least 4096 slots of which most store no value (at most one slot in 4 has one), stay sparse. Numbers
    /// among their slots are standardized as usual: these are slots whose values differ and that have a stored value, possibly a missing
    /// one, in all but 1 in 1000 rows, or in 9 rows in 10 if their root mean square is above 1. Other slots, such as words and categories,
    /// keep their values, because the sizes of counts and tf-idf carry meaning; if the root mean square of the stored values is above 16, it
    /// is scaled to 1. A missing value becomes the mean for a number, and 0 in any other slot.
    /// </para>
    /// <para>
    /// For such rows the first Linear of <see cref="HiddenUnits"/> is an EmbeddingBag, and the optimizer is SparseAdam if neither
    /// <see cref="Optimizer"/> nor <see cref="WeightDecay"/> is set. A <see cref="Network"/> is used as it is, after the same scaling; begin
    /// it with <see cref="Layer.EmbeddingBag"/>. For any other first layer, and for a <see cref="Module"/>, each batch is scaled the same
    /// way and written out with its zeros.
    /// </para>
    /// </remarks>
    public bool ScaleFeatures { get; set; } = true;

    /// <summary>What training minimizes. By default cross-entropy for classes and the mean squared error for numbers.</summary>
    public Loss? Loss { get; set; }

    /// <summary>How gradients update the weights; AdamW by default, and SparseAdam for wide sparse rows (see <see cref="ScaleFeatures"/>).</summary>
    public Optimizer? Optimizer { get; set; }

    /// <summary>The learning rate; above 0, at most <see cref="MaximumRate"/>. By default the one that PyTorch documents for the optimizer.</summary>
    public double? LearningRate { get; set; }

    /// <summary>How the learning rate changes during training; constant by default.</summary>
    public Schedule? Schedule { get; set; }

    /// <summary>The optimizer's weight decay, from 0 to <see cref="MaximumRate"/>; 0.01 by default for AdamW and 0.1 for Muon as in PyTorch, otherwise 0.</summary>
    public double? WeightDecay { get; set; }

    /// <summary>Passes over the training rows, from 0 (the model keeps its initial weights) to <see cref="TrainingHistory.MaximumCount"/>; 100 by default.</summary>
    public int? NumberOfEpochs { get; set; }

    /// <summary>Rows per step, at least 1, or <see cref="FullBatch"/>. By default 64 to 1024, more with more rows; in the default network as <see cref="Defaults"/> say.</summary>
    public int? BatchSize { get; set; }

    /// <summary>Whether rows are visited in a new order in each epoch; on by default.</summary>
    public bool Shuffle { get; set; } = true;

    /// <summary>Determines all random choices. By default the seed of the MLContext, or a random one if it has none.</summary>
    public int? Seed { get; set; }

    /// <summary>The share of the rows set aside to measure the validation loss, from 0 (none) to below 1; not used if <c>Fit</c> is given validation data. By default 0, and for the default network as <see cref="Defaults"/> say.</summary>
    public double? ValidationFraction { get; set; }

    /// <summary>Training stops after this many epochs without a lower validation loss; 0, the default, for never, and for the default network as <see cref="Defaults"/> say.</summary>
    public int EarlyStoppingRound { get; set; }

    /// <summary>Whether the model gets the weights of the epoch with the lowest validation loss, if there is validation data; on by default.</summary>
    public bool RestoreBestWeights { get; set; } = true;

    /// <summary>Gradients longer than this (Euclidean norm over all parameters) are shortened to it; above 0, null for no limit.</summary>
    public double? GradientClipNorm { get; set; }

    /// <summary>Each component of a gradient is clipped to ± this; above 0, null for no limit.</summary>
    public double? GradientClipValue { get; set; }

    /// <summary>Where training runs; see <see cref="DenseNetDevice.Auto"/>, the default.</summary>
    public DenseNetDevice Device { get; set; }

    /// <summary>
    /// Where training rows are kept: by default on the training device if they fit, else in host memory if they fit, else streamed from
    /// the data in every epoch.
    /// </summary>
    public DataPlacement DataPlacement { get; set; }

    /// <summary>
    /// The memory that rows may take, in MB, at least 1; it determines what <see cref="DataPlacement.Auto"/> does, and limits the rows that
    /// a stream keeps to shuffle, to validate on and for statistics. Null, the default, for half of what the process may use, and 4096 on a
    /// GPU.
    /// </summary>
    public int? MemoryBudget { get; set; }

    /// <summary>The precision of the Linear layers' matrix products during training; <see cref="Precision.Float32"/> by default. What predictions use is up to <see cref="Quantization"/>.</summary>
    public Precision Precision { get; set; }

    /// <summary>
    /// The numbers that the model predicts with; single precision by default. With <see cref="NetworkQuantization.Int8"/>, hidden layers
    /// multiply 8-bit integers, so that one prediction takes about a third less time on processors with AVX-VNNI. The
    /// cost is measured on the rows that training holds out (the default network's folds, <see cref="ValidationFraction"/>, or the
    /// validation data of <c>Fit</c>): if the log-loss, or for numbers the root mean squared error, is worse by more than 0.1 %, or there
    /// are no such rows, the model predicts in single precision, and ML.NET's log says why. Training and ONNX files do not change.
    /// <see cref="TrainedNetwork.Quantize(NetworkQuantization)"/> says which layers are quantized.
    /// </summary>
    public NetworkQuantization Quantization { get; set; }

    /// <summary>
    /// The number of threads that training on the CPU may use, torch's included, from 1 to <see cref="MaximumNumberOfThreads"/>; the data is
    /// read by the same number, and a stream is read while training runs. By default one for small steps, and all cores for larger steps
    /// and for reading. At most four threads per processor are started.
    /// </summary>
    /// <remarks>
    /// The number does not change a single bit of a model, unless torch computes large steps: the last bits of torch's sums depend on it.
    /// Torch computes networks with a <see cref="Module"/> or <see cref="Precision.BFloat16"/>, and there a step is large if its rows times the network's weights exceed about 800,000; smaller
    /// ones get a single thread whatever the number is. Torch has one setting for the whole process, so trainings of this kind that run at
    /// the same time should use the same number.
    /// </remarks>
    public int? NumberOfThreads { get; set; }

    /// <summary>Called after each epoch; <see cref="TrainingObserver"/> describes who calls it and when.</summary>
    public Action<TrainingProgress>? Progress { get; set; }

    /// <summary>Objects that observe the training.</summary>
    public IList<TrainingObserver> Observers { get; private set; } = [];

    /// <summary>
    /// A folder for this training alone, created if missing; null, the default, for none. The state of the training is saved there after an
    /// epoch. A <c>Fit</c> with the same options and data that finds it resumes from it and, on a CPU, arrives at the same model, bit for
    /// bit. The state of another training is rejected. <c>Fit</c> deletes the files once it has made its model.
    /// </summary>
    /// <remarks>
    /// If no seed is set, that of the interrupted training is used. On a GPU, or a processor with different vector instructions than before,
    /// the model is the same up to rounding. Losses, schedules, optimizers and modules of your own are distinguished by name only; a
    /// schedule of your own is called again for every step already done. An optimizer of your own must derive from TorchSharp's
    /// <c>OptimizerHelper</c>. For a <see cref="Module"/>, the tensors of its state dictionary are kept, in single precision, along with
    /// torch's random state on the CPU. There are no checkpoints with <see cref="Optimizers.LBFGS"/>.
    /// </remarks>
    public string? CheckpointDirectory { get; set; }

    /// <summary>The minimum time between two saves to <see cref="CheckpointDirectory"/>; 30 seconds by default, and <see cref="TimeSpan.Zero"/> to save after every epoch.</summary>
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Ends training with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>Checks everything that can be checked before there is data.</summary>
    internal virtual void Validate(LearningTask task)
    {
        OptionColumns.Check(this);
        CheckNetwork();
        CheckBackground();
        if (Initialization is { } initialization)
            Guard.Defined(initialization, nameof(Initialization));
        Guard.Defined(Precision, nameof(Precision));
        Guard.Defined(Quantization, nameof(Quantization));
        if (Precision == Precision.BFloat16 && Module is not null)
            throw new ArgumentException($"{nameof(Precision)} is {Precision}, which acts on Linear layers, but {nameof(Module)} is the whole network: cast inside the module, or leave {nameof(Precision)} out.");
        if (Loss is not null && !Loss.Fits(task))
            throw new ArgumentException($"{nameof(Loss)} is {Loss}, which does not fit {task}; see the tasks at each member of {nameof(Losses)}.");
        CheckNumbers();
        Defaults?.Validate();
        CheckEffort();
        CheckCheckpoints();
        if (WeightDecay > 0 && Optimizer is { HasWeightDecay: false })
            throw new ArgumentException($"{nameof(WeightDecay)} is {WeightDecay}, but {Optimizer} has no weight decay: set it to 0 or leave it out.");
        if (Observers.Contains(null!))
            throw new ArgumentException($"{nameof(Observers)} holds a null: remove it.");
    }

    /// <summary>Returns <see cref="Defaults"/>, or those of the task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="isWideSparse">Whether the rows are wide and sparse.</param>
    internal DenseNetDefaults DefaultsFor(LearningTask task, bool isWideSparse = false) =>
        Defaults ?? (EnsembleSize > 1 ? DenseNetDefaults.ForEnsemble(task) : isWideSparse ? DenseNetDefaults.ForSparse(task) : DenseNetDefaults.For(task, Effort));

    /// <summary><see cref="NumberOfThreads"/>, limited by the machine's processors.</summary>
    internal int? Threads => NumberOfThreads is { } threads ? Math.Min(threads, ThreadsPerProcessor * Environment.ProcessorCount) : null;

    /// <summary>Whether the network or its hidden part is specified: then only input scaling and the output Linear are added to it.</summary>
    internal bool NamesNetwork => Network is not null || HiddenUnits is not null || Module is not null;

    private void CheckNetwork()
    {
        if (HiddenUnits is not null && Network is not null)
            throw new ArgumentException($"{nameof(HiddenUnits)} and {nameof(Network)} are both set: both describe the hidden layers. Set one.");
        if (Module is not null && (HiddenUnits is not null || Network is not null))
            throw new ArgumentException($"{nameof(Module)} and {(Network is null ? nameof(HiddenUnits) : nameof(Network))} are both set: the module is the whole network. Set one.");
        if (Module is null && ModuleName is not null)
            throw new ArgumentException($"{nameof(ModuleName)} is '{ModuleName}', but {nameof(Module)} is not set.");
        if (ModuleName is { Length: 0 })
            throw new ArgumentException($"{nameof(ModuleName)} is empty: name the module, or leave it null.");
        StorableText.Check(ModuleName, nameof(ModuleName));
        for (int i = 0; i < HiddenUnits?.Count; i++)
            Guard.InRange(HiddenUnits[i], 1, Layer.MaximumUnits, $"{nameof(HiddenUnits)}[{i}]");
        Guard.InRange(EnsembleSize, 1, MaximumEnsembleSize, nameof(EnsembleSize));
        if (EnsembleSize > 1 && Module is not null)
            throw new ArgumentException($"{nameof(EnsembleSize)} is {EnsembleSize}, but a {nameof(Module)} of your own cannot be made an ensemble: set {nameof(EnsembleSize)} to 1.");
        if (EnsembleSize > 1 && Network is not null)
            EnsembleNetwork.Of(Network, EnsembleSize, 1, MeanKind.Outputs); // rejects what cannot be an ensemble
    }

    private void CheckEffort()
    {
        Guard.Defined(Effort, nameof(Effort));
        if (Effort == Effort.Standard)
            return;
        string? other = Defaults is not null ? $"{nameof(Defaults)} is set, which decides that"
            : NamesNetwork ? $"{(HiddenUnits is not null ? nameof(HiddenUnits) : Network is not null ? nameof(Network) : nameof(Module))} names a network, whose training other options describe, such as {nameof(NumberOfEpochs)}"
            : EnsembleSize > 1 ? $"{nameof(EnsembleSize)} is {EnsembleSize}, which has a training for itself"
            : null;
        if (other is not null)
            throw new ArgumentException($"{nameof(Effort)} is {Effort}: it says how the default network is trained, but {other}. Leave one of them out.");
    }

    private void CheckCheckpoints()
    {
        NewFolder.Check(CheckpointDirectory, nameof(CheckpointDirectory));
        if (CheckpointInterval < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(CheckpointInterval), CheckpointInterval, $"{nameof(CheckpointInterval)} is {CheckpointInterval}; it must be at least 0.");
        if (CheckpointDirectory is not null && Optimizer is { NeedsClosure: true })
            throw new ArgumentException(DenseNet.Optimizer.CannotBeSaved(Optimizer).Message);
    }

    private void CheckNumbers()
    {
        if (LearningRate is { } learningRate)
            Guard.Positive(learningRate, MaximumRate, nameof(LearningRate));
        if (WeightDecay is { } weightDecay)
            Guard.InRange(weightDecay, 0, MaximumRate, nameof(WeightDecay));
        if (NumberOfEpochs is { } numberOfEpochs)
            Guard.InRange(numberOfEpochs, 0, TrainingHistory.MaximumCount, nameof(NumberOfEpochs));
        Guard.Defined(DataPlacement, nameof(DataPlacement));
        if (MemoryBudget is { } memoryBudget)
            Guard.AtLeast(memoryBudget, 1, nameof(MemoryBudget));
        if (NumberOfThreads is { } numberOfThreads)
            Guard.InRange(numberOfThreads, 1, MaximumNumberOfThreads, nameof(NumberOfThreads));
        if (BatchSize is { } batchSize)
            Guard.AtLeast(batchSize, 1, nameof(BatchSize));
        if (ValidationFraction is { } validationFraction)
            Guard.Below(validationFraction, 0, 1, nameof(ValidationFraction));
        Guard.AtLeast(EarlyStoppingRound, 0, nameof(EarlyStoppingRound));
        if (GradientClipNorm is { } clipNorm)
            Guard.Positive(clipNorm, nameof(GradientClipNorm));
        if (GradientClipValue is { } clipValue)
            Guard.Positive(clipValue, nameof(GradientClipValue));
    }
}
