namespace Microsoft.ML.DenseNet;

/// <summary>Trains one trial, from where an earlier process left it, and writes to the journal how it went.</summary>
/// <param name="plan">The plan.</param>
/// <param name="policy">Decides which trials go on.</param>
/// <param name="journal">The journal.</param>
/// <param name="trainer">Trains with options.</param>
/// <param name="report">Told of every rung and of the end.</param>
internal sealed class TrialRunner(TrialPlan plan, TrialPolicy policy, TuningJournal journal, ITrialTrainer trainer, Action<int, TuningRung?, TuningTrialState?> report)
{
    /// <summary>Trains a trial that the caller has reserved.</summary>
    /// <param name="trial">Its number.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="threads">How many threads it may use.</param>
    /// <param name="cancellation">Interrupts it, to be resumed later.</param>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    public void Run(int trial, TrialFolder folder, int threads, CancellationToken cancellation)
    {
        var values = policy.ValuesOf(trial);
        var networks = policy.NetworksOf(trial);
        var (state, reason) = Train(trial, values, networks, folder, threads, cancellation);
        journal.Append(new JournalEntry(trial, null, state, reason, values));
        folder.DeleteCheckpoints();
        report(trial, journal.RungsOf(trial) is [.., var last] ? last : null, state);
    }

    private (TuningTrialState State, string? Reason) Train(int trial, TuningValues values, int? networks, TrialFolder folder, int threads, CancellationToken cancellation)
    {
        if (folder.IsComplete)
            return (TuningTrialState.Complete, null); // a killed process did not get to say so
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var options = TrialOptions.Of(plan, values, networks);
        options.NumberOfThreads ??= threads;
        options.CancellationToken = stop.Token;
        options.CheckpointDirectory = options.Optimizer is { NeedsClosure: true } ? null : folder.Checkpoints;
        TrialObserver? observer = null;
        try
        {
            var (data, rows) = trainer.Prepare(new TuningValues(values), options, stop.Token);
            observer = new TrialObserver { Metric = plan.Metric, Rows = rows, Reach = rung => Reach(trial, values, rung), Stop = stop.Cancel, Keep = Keep };
            options.Observers.Add(observer);
            trainer.Fit(options, data);
        }
        catch (OperationCanceledException) when (observer is { IsStopped: true } && !cancellation.IsCancellationRequested)
        {
            return (TuningTrialState.Stopped, $"Others were better after {journal.RungsOf(trial).Count} of {networks} networks.");
        }
        catch (InvalidOperationException failure) when (trial > 0 && failure is not ObjectDisposedException)
        {
            return (TuningTrialState.Failed, failure.Message);
        }

        if (observer.Predictions is null)
            throw new InvalidOperationException($"There are no held-out rows to compare trials by: fewer than {plan.Defaults.MinimumRowsToValidate} rows ({nameof(DenseNetDefaults.MinimumRowsToValidate)}) are not split into folds, and neither are rows that do not fit into memory. Give more rows; or if there are too many, a sample of them, a larger {nameof(DenseNetOptions.MemoryBudget)}, or {nameof(DenseNetOptions.DataPlacement)}.{nameof(DataPlacement.Host)}.");
        if (journal.RungsOf(trial).Count < networks)
            return (TuningTrialState.Stopped, $"Its {networks} networks would take more than {TrialOptions.WorkFactor} times the work of the defaults.");
        return (TuningTrialState.Complete, null);

        // Before the trainer deletes its checkpoints: a process killed in between would have to train anew.
        void Keep(TrainedNetwork network, TrialPredictions held)
        {
            if (networks is null || journal.RungsOf(trial).Count == networks)
                folder.Save(network, held);
        }
    }

    /// <summary>Writes a rung to the journal, unless an interrupted process has; returns whether the trial goes on.</summary>
    private bool Reach(int trial, TuningValues values, TuningRung rung)
    {
        if (journal.RungsOf(trial).Count < rung.Networks)
        {
            journal.Append(new JournalEntry(trial, rung, null, null, values));
            report(trial, rung, null);
        }

        return policy.GoesOn(trial, rung);
    }
}
