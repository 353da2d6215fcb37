namespace Microsoft.ML.DenseNet;

/// <summary>How <c>TuneDenseNet</c> searches: what, how long, and where it keeps what it has found.</summary>
public sealed class DenseNetTuningOptions
{
    /// <summary>The largest <see cref="MaximumTrials"/>.</summary>
    public const int MaximumNumberOfTrials = 10_000;

    /// <summary>The largest <see cref="Concurrency"/> and <see cref="NumberOfWorkers"/>.</summary>
    public const int MaximumConcurrency = 256;

    /// <summary>The largest <see cref="EnsembleSize"/>.</summary>
    public const int MaximumEnsembleSize = 64;

    private const int MaximumReduction = 100;

    /// <summary>No timer runs longer.</summary>
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(49);

    /// <summary>What is searched; null, the default, for <see cref="TuningSpace.For"/> the task, or <see cref="TuningSpace.ForSparse"/> for wide sparse rows.</summary>
    public TuningSpace? Space { get; set; }

    /// <summary>What trials are compared by; null, the default, for the log-loss of classes and the root mean squared error of numbers.</summary>
    public TuningMetric? Metric { get; set; }

    /// <summary>The number of trials, the first one with the defaults included; from 1 to <see cref="MaximumNumberOfTrials"/>, by default 30.</summary>
    public int MaximumTrials { get; set; } = 30;

    /// <summary>
    /// How long this call may take, above zero and at most 49 days; null, the default, for no limit. Trials under way are then interrupted, except for the
    /// first; with a <see cref="JournalDirectory"/>, a later call resumes them. The number of trials depends on the machine's speed.
    /// </summary>
    public TimeSpan? MaximumTime { get; set; }

    /// <summary>
    /// How much work all trials may do, as a multiple of the first trial's, at least 1; null, the default, for no limit. Work is counted in
    /// weights times rows passed, so the trials are the same on every machine. No trial starts if the mean work of those before it leaves no
    /// room for it.
    /// </summary>
    public double? MaximumWork { get; set; }

    /// <summary>How the next trial's values are chosen; <see cref="TuningSearch.ParzenEstimator"/> by default.</summary>
    public TuningSearch Search { get; set; }

    /// <summary>
    /// After its first network, its second, and so on in powers of two, a trial goes on only if it is among the best 1 / this number of
    /// the trials that got there before; from 2 to 100, by default 2. With 1 all trials train all their networks.
    /// </summary>
    public int Reduction { get; set; } = 2;

    /// <summary>
    /// How many trials may be under way at once, from 1 to <see cref="MaximumConcurrency"/>, by default 4. A trial learns only from the first
    /// one and from those that come at least so many before it, so that the trials are the same whatever the number of workers and processes.
    /// </summary>
    public int Concurrency { get; set; } = 4;

    /// <summary>
    /// The number of threads that train trials in this process, from 1 to <see cref="Concurrency"/>; null, the default, for one for each core,
    /// within that limit. Processes that share the trials as <see cref="DenseNetOptions.Workers"/> then share the limit, and a machine's cores. It does
    /// not change the result.
    /// </summary>
    public int? NumberOfWorkers { get; set; }

    /// <summary>
    /// Determines all random choices, the folds and the networks' included. Null, the default, for the seed of the options, or else of
    /// the MLContext. If neither has one, it is that of the journal, and for a new journal a random one.
    /// </summary>
    public int? Seed { get; set; }

    /// <summary>
    /// A folder for the history and the models of this tuning, created if missing; null, the default, for a temporary one. A call with
    /// the same data, space and options resumes from what is there, and several processes may share it. Those of <see cref="DenseNetOptions.Workers"/>
    /// share the temporary one too, if they run on one machine.
    /// </summary>
    public string? JournalDirectory { get; set; }

    /// <summary>
    /// A folder to write the tuning to for TensorBoard's dashboard HPARAMS, each trial when it has ended; created if missing. Null, the default, for
    /// none. Give each tuning its own: TensorBoard shows the files of one folder as one tuning.
    /// </summary>
    public string? TensorBoardDirectory { get; set; }

    /// <summary>
    /// Makes the steps before the trainer from a trial's values, for parameters such as which encoding to use; null, the default, for none.
    /// It is called for every trial, on several threads, and must return the same steps for the same values. They are fitted on all rows.
    /// </summary>
    public Func<TuningValues, IEstimator<ITransformer>>? Preprocess { get; set; }

    /// <summary>The maximum number of trials whose models the ensemble averages, from 1 to <see cref="MaximumEnsembleSize"/>, by default 8; predictions take about as many times longer.</summary>
    public int EnsembleSize { get; set; } = 8;

    /// <summary>Called whenever a trial has trained a network or has ended, one call at a time, on a worker's thread.</summary>
    public Action<TuningProgress>? Progress { get; set; }

    /// <summary>Ends the tuning. If a trial is complete by then, the best so far is returned; otherwise an <see cref="OperationCanceledException"/> is thrown.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>Checks everything that can be checked before there is data.</summary>
    internal void Validate(LearningTask task)
    {
        if (Metric is { } metric)
        {
            Guard.Defined(metric, nameof(Metric));
            if (!HeldOutScore.Fits(metric, task))
                throw new ArgumentException($"{nameof(Metric)} is {metric}, which is not for {task}. Take one of {string.Join(", ", Enum.GetValues<TuningMetric>().Where(other => HeldOutScore.Fits(other, task)))}.");
        }

        Guard.InRange(MaximumTrials, 1, MaximumNumberOfTrials, nameof(MaximumTrials));
        if (MaximumTime is { } time && (time <= TimeSpan.Zero || time > LongestTime))
            throw OutOfRange(nameof(MaximumTime), time, $"longer than zero and no longer than {LongestTime.Days} days");
        if (MaximumWork is { } work)
            Guard.InRange(work, 1, double.MaxValue, nameof(MaximumWork));
        Guard.Defined(Search, nameof(Search));
        Guard.InRange(Reduction, 1, MaximumReduction, nameof(Reduction));
        Guard.InRange(Concurrency, 1, MaximumConcurrency, nameof(Concurrency));
        if (NumberOfWorkers is { } workers)
            Guard.InRange(workers, 1, Concurrency, nameof(NumberOfWorkers));
        NewFolder.Check(JournalDirectory, nameof(JournalDirectory));
        NewFolder.Check(TensorBoardDirectory, nameof(TensorBoardDirectory));
        Guard.InRange(EnsembleSize, 1, MaximumEnsembleSize, nameof(EnsembleSize));
        Space?.Validate(task, Preprocess is not null);
    }

    private static ArgumentOutOfRangeException OutOfRange(string option, object value, string expected) => new(option, value, $"{option} is {value}; it must be {expected}.");
}
