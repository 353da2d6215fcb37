using Microsoft.ML.Trainers;

namespace Microsoft.ML.DenseNet;

/// <summary>The options that all DenseNet trainers share. A null means that the trainer chooses, and says what on ML.NET's log.</summary>
/// <remarks>
/// Where no network is named (by <see cref="HiddenUnits"/>, <see cref="Network"/> or <see cref="Module"/>) the trainer makes its own
/// and trains it as <see cref="Defaults"/> say. Where one is named nothing is added to it silently: what is said of each option here
/// then holds, which is what PyTorch does.
/// </remarks>
public abstract class DenseNetOptions : TrainerInputBaseWithWeight
{
    /// <summary>A <see cref="BatchSize"/> that takes all rows in one step.</summary>
    public const int FullBatch = int.MaxValue;

    /// <summary>The largest <see cref="EnsembleSize"/>.</summary>
    public const int MaximumEnsembleSize = 256;

    private protected DenseNetOptions()
    {
    }

    /// <summary>
    /// The widths of the hidden layers, each a Linear followed by ReLU; an empty list makes a linear model. Leave it null to take
    /// <see cref="Network"/> or the default. Each from 1 to <see cref="Layer.MaximumUnits"/>.
    /// </summary>
    public IReadOnlyList<int>? HiddenUnits { get; set; }

    /// <summary>The hidden part of the network as an expression; the output Linear is added by the trainer. Excludes <see cref="HiddenUnits"/>.</summary>
    public Layer? Network { get; set; }

    /// <summary>
    /// Makes a torch module of your own in place of the whole network, output layer included: it maps [rows, features] to
    /// [rows, 1], or for K classes to [rows, K] logits. Excludes <see cref="HiddenUnits"/> and <see cref="Network"/>. Scoring then
    /// needs libtorch, and the module registered with <see cref="DenseNetModules"/> under <see cref="ModuleName"/>.
    /// </summary>
    public ModuleFactory? Module { get; set; }

    /// <summary>
    /// The name under which the model knows <see cref="Module"/>; by default the name of its type, where that is a type of your own.
    /// <c>Fit</c> registers it for this process, in place of an earlier module of the name.
    /// </summary>
    public string? ModuleName { get; set; }

    /// <summary>
    /// What the trainer takes where an option is null and no network is named; null, the default, for
    /// <see cref="DenseNetDefaults.For"/> the task, <see cref="DenseNetDefaults.ForEnsemble"/> with an <see cref="EnsembleSize"/>, or
    /// <see cref="DenseNetDefaults.ForSparse"/> over wide sparse rows (see <see cref="ScaleFeatures"/>). Unused with <see cref="HiddenUnits"/>, <see cref="Network"/> or <see cref="Module"/>.
    /// </summary>
    public DenseNetDefaults? Defaults { get; set; }

    /// <summary>
    /// How many members the model has that train together and share most of their weights, from 1, the default, for none to
    /// <see cref="MaximumEnsembleSize"/>; TabM's authors take 32 (Gorishniy et al., ICLR 2025, arXiv 2410.24210). Each member has a loss
    /// of its own; the prediction is the mean of their probabilities or numbers. The default network becomes
    /// <see cref="DenseNetDefaults.ForEnsemble"/>; of <see cref="HiddenUnits"/> and <see cref="Network"/> every Linear becomes that of all
    /// members, which excludes layers behind it that mix units: LayerNorm, Concat, Select and embeddings. Excludes <see cref="Module"/>.
    /// Training and prediction take about as many times as long. A model that is trained on keeps the members that it has.
    /// </summary>
    public int EnsembleSize { get; set; } = 1;

    /// <summary>How the first weights are drawn; by default <see cref="Initialization.PyTorch"/>, and in the default network from the training rows.</summary>
    public Initialization? Initialization { get; set; }

    /// <summary>
    /// Whether features are scaled inside the model: standardized, by mean and deviation of the training rows, and in the default
    /// network by median and quartiles, clipped smoothly. Missing values become the mean or median. On by default. Off, the features
    /// must be finite and of similar size.
    /// </summary>
    /// <remarks>
    /// <para>
    /// Wide sparse rows, which are those of 4096 slots or more that mostly store no value (at most one slot in 4 has one), stay sparse.
    /// Numbers among their slots are standardized like others: those are slots whose values differ and that all rows but 1 in 1000 store
    /// one in, be it a missing one, or 9 rows in 10 where its root mean square is above 1. Other slots, such as words and categories,
    /// keep their values, for how large counts and tf-idf are has a meaning; where the root mean square of what is stored is above 16, it
    /// is brought to 1. A missing value becomes the mean of a number, and 0 in another slot.
    /// </para>
    /// <para>
    /// Over such rows the first Linear of <see cref="HiddenUnits"/> is an EmbeddingBag, and the optimizer SparseAdam where neither
    /// <see cref="Optimizer"/> nor <see cref="WeightDecay"/> is set. A <see cref="Network"/> is taken as it is, behind the same scaling;
    /// begin it with <see cref="Layer.EmbeddingBag"/>. For any other first layer, and for a <see cref="Module"/>, each batch is scaled
    /// likewise and written out with its zeros.
    /// </para>
    /// </remarks>
    public bool ScaleFeatures { get; set; } = true;

    /// <summary>What training minimizes. By default cross-entropy for classes and the mean squared error for numbers.</summary>
    public Loss? Loss { get; set; }

    /// <summary>How weights follow gradients; AdamW by default, and SparseAdam over wide sparse rows (see <see cref="ScaleFeatures"/>).</summary>
    public Optimizer? Optimizer { get; set; }

    /// <summary>The size of a step; above 0. By default the one PyTorch documents for the optimizer.</summary>
    public double? LearningRate { get; set; }

    /// <summary>How the learning rate changes while training; constant by default.</summary>
    public Schedule? Schedule { get; set; }

    /// <summary>The optimizer's weight decay, at least 0; 0.01 by default for AdamW as in PyTorch, otherwise 0.</summary>
    public double? WeightDecay { get; set; }

    /// <summary>Passes over the training rows, from 0 (the model keeps its initial weights) to <see cref="TrainingHistory.MaximumCount"/>; 100 by default.</summary>
    public int? NumberOfEpochs { get; set; }

    /// <summary>Rows a step, at least 1, or <see cref="FullBatch"/>. By default 64 to 1024, more with more rows.</summary>
    public int? BatchSize { get; set; }

    /// <summary>Whether rows are visited in a new order each epoch; on by default.</summary>
    public bool Shuffle { get; set; } = true;

    /// <summary>Decides all random choices. By default the seed of the MLContext, and where it has none, a random one.</summary>
    public int? Seed { get; set; }

    /// <summary>The share of the rows set aside to measure the validation loss, from 0 (none) to below 1; unused where <c>Fit</c> is given validation data. By default 0, and in the default network as <see cref="Defaults"/> say.</summary>
    public double? ValidationFraction { get; set; }

    /// <summary>Epochs without a lower validation loss after which training stops; 0, the default, for never, and in the default network as <see cref="Defaults"/> say.</summary>
    public int EarlyStoppingRound { get; set; }

    /// <summary>Whether the model gets the weights of the epoch with the lowest validation loss, if there is validation data; on by default.</summary>
    public bool RestoreBestWeights { get; set; } = true;

    /// <summary>Gradients longer than this (Euclidean norm over all parameters) are shortened to it; above 0, null for no limit.</summary>
    public double? GradientClipNorm { get; set; }

    /// <summary>Each gradient is clipped to ± this; above 0, null for no limit.</summary>
    public double? GradientClipValue { get; set; }

    /// <summary>Where training runs; see <see cref="DenseNetDevice.Auto"/>, the default.</summary>
    public DenseNetDevice Device { get; set; }

    /// <summary>
    /// Where training rows are kept: by default on the training device where they fit, else in host memory, else they are streamed from
    /// the data in every epoch.
    /// </summary>
    public DataPlacement DataPlacement { get; set; }

    /// <summary>
    /// The memory that rows may take, in MB, at least 1; it decides what <see cref="DataPlacement.Auto"/> does, and bounds the rows that a
    /// stream keeps to shuffle, to validate on and for statistics. Null, the default, for half of what the process may use, and 4096 on a
    /// GPU.
    /// </summary>
    public int? MemoryBudget { get; set; }

    /// <summary>The precision of the Linear layers' matrix products while training; <see cref="Precision.Float32"/> by default. Predictions are always in single precision.</summary>
    public Precision Precision { get; set; }

    /// <summary>
    /// Threads that a training on the CPU may use, torch's included, at least 1; as many may read the data, which a stream does while the
    /// training goes on. By default one for small steps, and all cores for others and for reading. How many there are changes no bit of
    /// a model, except where torch computes it (BatchNorm, modules, L-BFGS, members, bfloat16): torch has one number for the process, so
    /// trainings at once should then have the same.
    /// </summary>
    public int? NumberOfThreads { get; set; }

    /// <summary>Called after each epoch; see <see cref="TrainingObserver"/> for who calls when.</summary>
    public Action<TrainingProgress>? Progress { get; set; }

    /// <summary>Watch the training.</summary>
    public IList<TrainingObserver> Observers { get; } = [];

    /// <summary>
    /// A folder that belongs to this one training and is made where it is missing; null, the default, for none. The state of the training
    /// is saved there after an epoch, and a <c>Fit</c> with the same options and data that finds it goes on from it, to the same model on
    /// a CPU, bit for bit. State of another training is refused. <c>Fit</c> removes the files when it has made its model.
    /// </summary>
    /// <remarks>
    /// Where no seed is set, that of the interrupted training is taken. On a GPU, or a processor with other vector instructions than the
    /// one before, the model is the same to rounding. Losses, schedules, optimizers and modules of your own are told
    /// apart by their names alone; a schedule of your own is asked again for every step that was done. An optimizer of your own must
    /// derive from TorchSharp's <c>OptimizerHelper</c>. Of a <see cref="Module"/> the tensors of its state dictionary are kept, in single
    /// precision, and torch's random state on the CPU. With <see cref="Optimizers.LBFGS"/> there are no checkpoints.
    /// </remarks>
    public string? CheckpointDirectory { get; set; }

    /// <summary>The least time between two saves to <see cref="CheckpointDirectory"/>; 30 seconds by default, and <see cref="TimeSpan.Zero"/> for a save after every epoch.</summary>
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Ends training with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>Checks all that can be checked before there is data.</summary>
    internal virtual void Validate(LearningTask task)
    {
        CheckColumns();
        CheckNetwork();
        if (Initialization is { } initialization)
            Guard.Defined(initialization, nameof(Initialization));
        Guard.Defined(Precision, nameof(Precision));
        if (Precision == Precision.BFloat16 && Module is not null)
            throw new ArgumentException($"{nameof(Precision)} is {Precision}, which acts on Linear layers, but {nameof(Module)} is the whole network: cast inside the module, or leave {nameof(Precision)} out.");
        if (Loss is not null && !Loss.Fits(task))
            throw new ArgumentException($"{nameof(Loss)} is {Loss}, which does not fit {task}; see the tasks at each member of {nameof(Losses)}.");
        CheckNumbers();
        Defaults?.Validate();
        CheckCheckpoints();
        if (WeightDecay > 0 && Optimizer is { HasWeightDecay: false })
            throw new ArgumentException($"{nameof(WeightDecay)} is {WeightDecay}, but {Optimizer} has no weight decay: set it to 0 or leave it out.");
        if (Observers.Contains(null!))
            throw new ArgumentException($"{nameof(Observers)} holds a null: remove it.");
    }

    /// <summary><see cref="Defaults"/>, or those of the task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="isWideSparse">Whether the rows are.</param>
    internal DenseNetDefaults DefaultsFor(LearningTask task, bool isWideSparse = false) =>
        Defaults ?? (EnsembleSize > 1 ? DenseNetDefaults.ForEnsemble(task) : isWideSparse ? DenseNetDefaults.ForSparse(task) : DenseNetDefaults.For(task));

    /// <summary>Whether the network, or its hidden part, is named: nothing is then added to it but input scaling and output Linear.</summary>
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
            EnsembleNetwork.Of(Network, EnsembleSize, 1, MeanKind.Outputs); // refuses what does not fit
    }

    private void CheckCheckpoints()
    {
        if (CheckpointDirectory is { } directory && string.IsNullOrWhiteSpace(directory))
            throw new ArgumentException($"{nameof(CheckpointDirectory)} is empty: name a folder, or leave it null.");
        StorableText.Check(CheckpointDirectory, nameof(CheckpointDirectory));
        if (CheckpointInterval < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(CheckpointInterval), CheckpointInterval, $"{nameof(CheckpointInterval)} is {CheckpointInterval}; it must be at least 0.");
        if (CheckpointDirectory is not null && Optimizer is { NeedsClosure: true })
            throw new ArgumentException(DenseNet.Optimizer.CannotBeSaved(Optimizer).Message);
    }

    private void CheckColumns()
    {
        Guard.NotEmpty(FeatureColumnName, nameof(FeatureColumnName));
        Guard.NotEmpty(LabelColumnName, nameof(LabelColumnName));
        StorableText.Check(FeatureColumnName, nameof(FeatureColumnName));
        StorableText.Check(LabelColumnName, nameof(LabelColumnName));
        StorableText.Check(ExampleWeightColumnName, nameof(ExampleWeightColumnName));
        if (LabelColumnName == FeatureColumnName)
            throw new ArgumentException($"{nameof(LabelColumnName)} and {nameof(FeatureColumnName)} are both '{LabelColumnName}': a model would read what it is to predict. Name another column.");
        if (ExampleWeightColumnName is { Length: 0 })
            throw new ArgumentException($"{nameof(ExampleWeightColumnName)} is empty: name a column, or leave it null for none.", nameof(ExampleWeightColumnName));
        if (ExampleWeightColumnName == FeatureColumnName || ExampleWeightColumnName == LabelColumnName)
            throw new ArgumentException($"{nameof(ExampleWeightColumnName)} is '{ExampleWeightColumnName}', the feature or label column: name another column, or none.");
    }

    private void CheckNumbers()
    {
        if (LearningRate is { } learningRate)
            Guard.Positive(learningRate, nameof(LearningRate));
        if (WeightDecay is { } weightDecay)
            Guard.NotNegative(weightDecay, nameof(WeightDecay));
        if (NumberOfEpochs is { } numberOfEpochs)
            Guard.InRange(numberOfEpochs, 0, TrainingHistory.MaximumCount, nameof(NumberOfEpochs));
        Guard.Defined(DataPlacement, nameof(DataPlacement));
        if (MemoryBudget is { } memoryBudget)
            Guard.AtLeast(memoryBudget, 1, nameof(MemoryBudget));
        if (NumberOfThreads is { } numberOfThreads)
            Guard.AtLeast(numberOfThreads, 1, nameof(NumberOfThreads));
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
