using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Everything a training needs to know, with no option left open. Made by the trainers and carried out by <see cref="TrainingRun"/>.</summary>
internal sealed record TrainingPlan
{
    public required LearningTask Task { get; init; }

    /// <summary>What the network reads and predicts, in the terms of the data.</summary>
    public NetworkSignature Signature { get => field ?? new NetworkSignature(Task); init; }

    /// <summary>The network as it is trained, input scaling included.</summary>
    public required NetworkLayout Layout { get; init; }

    /// <summary>The one-hot blocks of the default network that have a vector for each category.</summary>
    public IReadOnlyList<SlotRange> Categories { get; init; } = [];

    /// <summary>Maps labels to targets, and holds the layers after the trained ones that bring predictions back to the label's unit.</summary>
    public TargetConversion Conversion { get; init; } = TargetConversion.None;

    /// <summary>The initial values of what is kept but not trained; input scaling is filled in.</summary>
    public required float[] Buffers { get; init; }

    /// <summary>The trained values of an earlier training to continue from; null to start afresh.</summary>
    public float[]? Parameters { get; init; }

    /// <summary>Whether <see cref="Parameters"/> are those of an earlier model.</summary>
    public bool ContinuesModel { get; init; }

    public required Initialization Initialization { get; init; }

    public required Loss Loss { get; init; }

    /// <summary>The loss by which epochs are compared on the validation rows; null for <see cref="Loss"/>.</summary>
    public Loss? ValidationLoss { get; init; }

    /// <summary>
    /// Whether the validation loss is computed with outputs scaled by the best factor. A network that keeps learning to rank rows while its
    /// probabilities become overconfident is then not stopped: the factor is fitted afterwards ("refine, then calibrate", Berta et al. 2025).
    /// </summary>
    public bool CalibratesValidation { get; init; }

    public required Optimizer Optimizer { get; init; }

    public required Schedule Schedule { get; init; }

    public required double LearningRate { get; init; }

    public required double WeightDecay { get; init; }

    /// <summary>The paces at which ranges of the parameters are trained; together they cover all parameters.</summary>
    public IReadOnlyList<ParameterGroup> ParameterGroups
    {
        get => field ?? [new ParameterGroup(0, Layout.ParameterCount)];
        init;
    }

    /// <summary>A factor on <see cref="WeightDecay"/>; null for 1. Of torch's own optimizers, only AdamW follows it.</summary>
    public Schedule? WeightDecaySchedule { get; init; }

    /// <summary>A factor on the probability of every dropout; null for 1.</summary>
    public Schedule? DropoutSchedule { get; init; }

    /// <summary>The power of the average of the weights; null for none. See <see cref="WeightAverage"/>.</summary>
    public double? WeightAveraging { get; init; }

    /// <summary>Whether the initial weights of the Linears are fitted to training rows; see <see cref="DataDrivenInitializer"/>.</summary>
    public bool InitializesFromData { get; init; }

    public required int NumberOfEpochs { get; init; }

    /// <summary>The epoch after which training ends, though its schedules would run to <see cref="NumberOfEpochs"/>; null for the last.</summary>
    public int? LastEpoch { get; init; }

    /// <summary>Rows per step; may exceed the number of rows.</summary>
    public required int BatchSize { get; init; }

    public required bool Shuffle { get; init; }

    public required int Seed { get; init; }

    public required Device Device { get; init; }

    /// <summary>Whether torch computes everything even if <see cref="Device"/> is the CPU; see <see cref="DenseNetDevice.TorchCpu"/>.</summary>
    public bool UsesOnlyTorch { get; init; }

    /// <summary>Whether weights and rows are in this process's memory and this library computes what it can; otherwise torch computes everything on <see cref="Device"/>.</summary>
    public bool IsOnHost => Device.type == TorchSharp.DeviceType.CPU && !UsesOnlyTorch;

    /// <summary>Whether rows stay in host memory when <see cref="Device"/> is another device; they are then copied to it batch by batch.</summary>
    public bool KeepsRowsOnHost { get; init; }

    /// <summary>The precision of the Linears' matrix products; <see cref="Precision.BFloat16"/> requires torch.</summary>
    public Precision Precision { get; init; }

    /// <summary>The number of threads that the training may use, torch's included; null for a number that suits the size of a step.</summary>
    public int? NumberOfThreads { get; init; }

    /// <summary>The most threads if <see cref="NumberOfThreads"/> is null: this process's part of a machine that it shares with other processes; null for all.</summary>
    public int? MaximumThreads { get; init; }

    /// <summary>Training stops after this many epochs without a better validation loss; 0 for never.</summary>
    public required int EarlyStoppingRound { get; init; }

    /// <summary>A factor on the best epoch's number; the product is added to <see cref="EarlyStoppingRound"/>.</summary>
    public double EarlyStoppingGrowth { get; init; }

    /// <summary>Whether the model gets the weights of the epoch with the lowest validation loss, if there is validation data.</summary>
    public required bool RestoreBestWeights { get; init; }

    public double? GradientClipNorm { get; init; }

    public double? GradientClipValue { get; init; }

    /// <summary>Which of the model's training runs this one is, from 1.</summary>
    public int Fold { get; init; } = 1;

    /// <summary>The maximum number of training runs of the model.</summary>
    public int Folds { get; init; } = 1;

    /// <summary>The processes that train each network together, each on its share of a batch; null for this process alone.</summary>
    public TrainingWorkers? Workers { get; init; }

    /// <summary>Takes what is worth a line in the log; null for no log.</summary>
    public Action<string>? Report { get; init; }

    /// <summary>Where the state of the training is kept; null for nowhere.</summary>
    public ITrainingCheckpoint? Checkpoint { get; init; }

    public required IReadOnlyList<TrainingObserver> Observers { get; init; }

    public required CancellationToken CancellationToken { get; init; }

    /// <summary>Returns the model's network with the given trained values: <see cref="Layout"/> and what <see cref="Conversion"/> appends to it.</summary>
    public TrainedNetwork ToNetwork(float[] parameters, float[] buffers, TrainingHistory history) => Conversion.Complete(Layout, parameters, buffers, history).With(Signature);
}
