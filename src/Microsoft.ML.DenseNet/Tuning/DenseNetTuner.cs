using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>A tuning from beginning to end: checks, plans, runs the trials, and makes the result.</summary>
internal static class DenseNetTuner
{
    /// <summary>Tunes.</summary>
    /// <typeparam name="TOptions">The trainer's options.</typeparam>
    /// <param name="environment">ML.NET's environment.</param>
    /// <param name="task">What is predicted.</param>
    /// <param name="trainer">Trains.</param>
    /// <param name="options">The options to start from.</param>
    /// <param name="tuning">How to search.</param>
    public static DenseNetTuningResult<TOptions> Run<TOptions>(IHostEnvironment environment, LearningTask task, ITrialTrainer trainer, TOptions options, DenseNetTuningOptions tuning)
        where TOptions : DenseNetOptions
    {
        Check(options, task);
        tuning.Validate(task);
        using var channel = ((IChannelProvider)environment).Start("TuneDenseNet");
        var warned = new HashSet<string>(StringComparer.Ordinal);
        var folder = tuning.JournalDirectory is { } path
            ? NewFolder.Make(path, nameof(tuning.JournalDirectory), "Name another, or leave it out.")
            : Directory.CreateTempSubdirectory("densenet-tuning-").FullName;
        try
        {
            int? seed = tuning.Seed ?? options.Seed ?? ((IHostEnvironmentInternal)environment).Seed;
            var plan = MakePlan(task, trainer, options, tuning, seed ?? Random.Shared.Next());
            var journal = TuningJournal.Open(folder, plan.Header(), takesSeed: seed is null, plan.Space, Warn);
            plan = plan with { Seed = journal.Header.Seed };
            var run = new TuningRun(plan, journal, trainer, tuning, Warn);
            run.Run();
            return MakeResult<TOptions>(environment, trainer, plan, tuning, new TuningOutcome(plan, journal, run.Policy), journal.AllEnded());
        }
        finally
        {
            if (tuning.JournalDirectory is null)
                Directory.Delete(folder, recursive: true);
        }

        void Warn(string message)
        {
            lock (warned)
            {
                if (warned.Add(message)) // every line of the journal would repeat it
                    channel.Warning(message);
            }
        }
    }

    private static void Check(DenseNetOptions options, LearningTask task)
    {
        options.Validate(task);
        string? conflict = options switch
        {
            { NamesNetwork: true } => $"{nameof(options.HiddenUnits)}, {nameof(options.Network)} or {nameof(options.Module)} names a network, but the default network is what is tuned. Leave it out, and fix HiddenLayers and HiddenWidth in the space if you want to",
            { ValidationFraction: not null } => $"{nameof(options.ValidationFraction)} is set, but trials are compared on the default network's folds. Leave it out",
            { CheckpointDirectory: not null } => $"{nameof(options.CheckpointDirectory)} is set, but every trial has its own checkpoints. Leave it out, and set {nameof(DenseNetTuningOptions.JournalDirectory)}",
            { Progress: not null } => $"{nameof(options.Progress)} is set, but trials train at the same time. Leave it out, and set {nameof(DenseNetTuningOptions)}.{nameof(DenseNetTuningOptions.Progress)}",
            { Observers.Count: > 0 } => $"{nameof(options.Observers)} is not empty, but trials train at the same time. Leave them out, and set {nameof(DenseNetTuningOptions)}.{nameof(DenseNetTuningOptions.Progress)}",
            { DataPlacement: DataPlacement.Stream } => $"{nameof(options.DataPlacement)} is {nameof(DataPlacement.Stream)}, but streamed rows have no folds to compare trials on. Leave it out, or tune on a sample",
            _ => null,
        };
        if (conflict is not null)
            throw new ArgumentException($"{conflict}.", nameof(options));
    }

    private static TrialPlan MakePlan(LearningTask task, ITrialTrainer trainer, DenseNetOptions options, DenseNetTuningOptions tuning, int seed)
    {
        var plan = new TrialPlan
        {
            Task = task,
            Options = options.Copy(),
            Defaults = options.DefaultsFor(task),
            Space = tuning.Space ?? TuningSpace.For(task),
            Metric = tuning.Metric ?? HeldOutScore.DefaultOf(task),
            Search = tuning.Search,
            Reduction = tuning.Reduction,
            Concurrency = tuning.Concurrency,
            MaximumTrials = tuning.MaximumTrials,
            MaximumWork = tuning.MaximumWork,
            Seed = seed,
            Rows = "",
        };
        var values = new TuningValues(TrialOptions.ValuesWithoutTuning(plan));
        var rows = trainer.Inspect(values, plan.Options, tuning.CancellationToken);
        CheckAllAreRead(plan.Space, values, tuning);
        return plan with
        {
            Rows = rows.Fingerprint,
            Defaults = options.DefaultsFor(task, rows.IsWideSparse),
            Space = tuning.Space is null && rows.IsWideSparse && options.EnsembleSize == 1 ? TuningSpace.ForSparse() : plan.Space,
        };
    }

    /// <summary>Refuses a parameter of the user's own that nothing reads: its name is probably misspelled.</summary>
    private static void CheckAllAreRead(TuningSpace space, TuningValues values, DenseNetTuningOptions tuning)
    {
        if (tuning.Preprocess is null)
            return;
        string? unread = values.Names.FirstOrDefault(name => KnownParameter.Find(name) is null && !values.WasRead(name));
        if (unread is not null)
            throw new ArgumentException($"Parameter '{unread}' is not an option that can be tuned ({string.Join(", ", TuningSpace.KnownNames)}), and {nameof(tuning.Preprocess)} does not read it: correct the name, or read it there.", nameof(space));
    }

    private static DenseNetTuningResult<TOptions> MakeResult<TOptions>(IHostEnvironment environment, ITrialTrainer trainer, TrialPlan plan, DenseNetTuningOptions tuning, TuningOutcome outcome, IReadOnlyList<TuningTrial> trials)
        where TOptions : DenseNetOptions
    {
        var best = outcome.Best() ?? throw new OperationCanceledException("The tuning was cancelled before a trial was complete.", tuning.CancellationToken);
        var options = (TOptions)TrialOptions.Of(plan, best.Values, best.Number == 0 ? null : best.Networks);
        var (members, counts, metric) = outcome.Ensemble(best, tuning.EnsembleSize);
        var network = outcome.NetworkOf(best);
        var ensemble = EnsembleJoin.Join([.. members.Select(outcome.NetworkOf)], counts);
        return new DenseNetTuningResult<TOptions>(environment)
        {
            Trials = trials,
            Metric = plan.Metric,
            Space = plan.Space,
            Best = best,
            BestOptions = options,
            BestOptionsAsCSharp = OptionsText.Of(options, options.Defaults!, plan.Task),
            Model = trainer.ToModel(new TuningValues(best.Values), options, network),
            Network = network,
            Ensemble = trainer.ToModel(new TuningValues(best.Values), options, ensemble),
            EnsembleNetwork = ensemble,
            Members = [.. members.Zip(counts, (trial, count) => new TuningMember(trial, (double)count / counts.Sum()))],
            EnsembleMetric = metric,
        };
    }
}
