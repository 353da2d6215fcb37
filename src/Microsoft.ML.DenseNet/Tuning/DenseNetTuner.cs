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
        using var channel = ((IChannelProvider)environment).Start("TuneDenseNet");
        return JointFit.Run(options.Workers, joint => Run(environment, task, trainer, options, tuning, channel, joint is null ? null : new JointTuning(joint, channel)));
    }

    private static DenseNetTuningResult<TOptions> Run<TOptions>(IHostEnvironment environment, LearningTask task, ITrialTrainer trainer, TOptions options, DenseNetTuningOptions tuning, IChannel channel, JointTuning? joint)
        where TOptions : DenseNetOptions
    {
        Check(options, task);
        tuning.Validate(task);
        var warned = new HashSet<string>(StringComparer.Ordinal);
        var folder = TuningFolder.Make(tuning, joint);
        try
        {
            int? given = tuning.Seed ?? options.Seed ?? ((IHostEnvironmentInternal)environment).Seed;
            int seed = given ?? Random.Shared.Next();
            var plan = MakePlan(task, trainer, options, tuning, joint?.AgreeOnSeed(seed, isDrawn: given is null) ?? seed);
            TuningJournal Open(string path) => TuningJournal.Open(path, plan.Header(), takesSeed: given is null, plan.Space, Warn);
            joint?.Compare(plan, tuning);
            var journal = joint is null ? Open(folder.Path!) : joint.Open(folder.Path, Open);
            plan = plan with { Seed = journal.Header.Seed };
            var run = new TuningRun(plan, journal, trainer, tuning, joint, Warn);
            run.Run();
            joint?.AgreeOnEnd(journal);
            var result = MakeResult<TOptions>(environment, trainer, plan, tuning, new TuningOutcome(plan, journal, run.Policy), journal.AllEnded());
            joint?.Leave();
            if (result is null)
                throw new OperationCanceledException("The tuning was cancelled before a trial was complete.", tuning.CancellationToken);
            result.BestOptions.Workers = options.Workers;
            return result;
        }
        finally
        {
            if (joint is not { IsRunning: true })
                folder.Delete();
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
            { Workers: { Count: > 1, Data: WorkData.Own } } => $"{nameof(options.Workers)}.{nameof(TrainingWorkers.Data)} is {nameof(WorkData)}.{nameof(WorkData.Own)}, but each trial is trained by one process on all rows. Give all processes the same data",
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
            Options = Alone(options),
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

    /// <summary>Returns the options of trials, which are trained by one process each.</summary>
    private static DenseNetOptions Alone(DenseNetOptions options)
    {
        var alone = options.Copy();
        alone.Workers = null;
        return alone;
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

    /// <summary>Returns the result; null if no trial is complete.</summary>
    private static DenseNetTuningResult<TOptions>? MakeResult<TOptions>(IHostEnvironment environment, ITrialTrainer trainer, TrialPlan plan, DenseNetTuningOptions tuning, TuningOutcome outcome, IReadOnlyList<TuningTrial> trials)
        where TOptions : DenseNetOptions
    {
        if (outcome.Best() is not { } best)
            return null;
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
