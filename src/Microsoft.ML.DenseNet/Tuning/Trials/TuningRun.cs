using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Microsoft.ML.DenseNet;

/// <summary>Works through the trials of a journal with several threads, beside other processes that may do the same, until all have ended.</summary>
/// <param name="plan">The plan.</param>
/// <param name="journal">The journal.</param>
/// <param name="trainer">Trains.</param>
/// <param name="tuning">How long, with how many threads, and who is told.</param>
/// <param name="joint">The processes that make this call together; null for this one alone.</param>
/// <param name="warn">Called if the file system does not lock files.</param>
internal sealed class TuningRun(TrialPlan plan, TuningJournal journal, ITrialTrainer trainer, DenseNetTuningOptions tuning, JointTuning? joint, Action<string> warn)
{
    /// <summary>How long a worker without a trial sleeps before it looks again: a tenth of the time that it has had none, within these limits.</summary>
    private const int ShortestIdle = 20, LongestIdle = 1000;

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Lock _reporting = new();
    private readonly TrialPolicy _policy = new(plan, journal);
    private readonly TuningBoard? _board = TuningBoard.Open(plan, tuning);
    private int _endedBefore;

    /// <summary>The policy, which ranks trials.</summary>
    public TrialPolicy Policy => _policy;

    /// <summary>The processors of this process, if it shares the machine's.</summary>
    private int Processors => Math.Max(1, Environment.ProcessorCount / (joint?.CountHere ?? 1));

    /// <summary>Runs until all trials have ended, time is up, or the caller cancels.</summary>
    public void Run()
    {
        _endedBefore = journal.AllEnded().Count;
        int workers = Math.Min(tuning.NumberOfWorkers ?? Math.Min(joint?.ShareOf(tuning.Concurrency) ?? tuning.Concurrency, Processors), plan.MaximumTrials);
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(tuning.CancellationToken, plan.Options.CancellationToken);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancelled.Token);
        if (tuning.MaximumTime is { } time)
            ended.CancelAfter(time);
        using var running = new CountdownEvent(workers);
        Exception? failure = null;
        Thread[] threads = [.. Enumerable.Range(0, workers).Select(number => new Thread(() =>
        {
            try
            {
                Work(Math.Max(1, Processors / workers), cancelled.Token, ended.Token);
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref failure, exception, null); // thrown below
                cancelled.Cancel();
            }
            finally
            {
                running.Signal();
            }
        })
        {
            IsBackground = true,
            Name = $"TuneDenseNet {number}",
        })];
        foreach (var thread in threads)
            thread.Start();
        try
        {
            joint?.Watch(running, () => failure is not null, cancelled, ended);
        }
        catch
        {
            cancelled.Cancel();
            throw;
        }
        finally
        {
            foreach (var thread in threads)
                thread.Join();
        }

        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
        journal.Refresh();
        _board?.Write(journal.AllEnded());
        DeleteLeftCheckpoints();
    }

    /// <summary>Deletes the checkpoints of trials that have ended: a process killed just after it wrote so leaves them.</summary>
    private void DeleteLeftCheckpoints()
    {
        foreach (var trial in journal.AllEnded())
        {
            var folder = new TrialFolder(journal.Folder, trial.Number);
            if (!Directory.Exists(folder.Checkpoints))
                continue;
            using var taken = folder.TryTake(warn);
            if (taken is not null) // otherwise its holder is about to
                folder.DeleteCheckpoints();
        }
    }

    private void Work(int threads, CancellationToken cancelled, CancellationToken ended)
    {
        var runner = new TrialRunner(plan, _policy, journal, trainer, Report);
        var idle = Stopwatch.StartNew();
        while (!ended.IsCancellationRequested || (journal.Ended(0) is null && !cancelled.IsCancellationRequested))
        {
            journal.Refresh();
            try
            {
                if (TryRunOne(runner, threads, out bool isDone, cancelled, ended))
                    idle.Restart();
                else if (isDone)
                    return;
                else
                    (ended.IsCancellationRequested ? cancelled : ended).WaitHandle.WaitOne((int)Math.Clamp(idle.ElapsedMilliseconds / 10, ShortestIdle, LongestIdle));
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Runs the first trial that may start and that no one else has.</summary>
    /// <param name="runner">Runs it.</param>
    /// <param name="threads">The number of threads that it may use.</param>
    /// <param name="isDone">Whether all trials have ended.</param>
    /// <param name="cancelled">Interrupts the first trial, without which there is no result.</param>
    /// <param name="ended">Interrupts any other.</param>
    /// <returns>Whether there was one.</returns>
    private bool TryRunOne(TrialRunner runner, int threads, out bool isDone, CancellationToken cancelled, CancellationToken ended)
    {
        isDone = true;
        for (int trial = 0; ; trial++)
        {
            if (journal.Ended(trial) is not null)
                continue;
            var readiness = _policy.ReadinessOf(trial);
            if (readiness == TrialReadiness.Beyond)
                return false;
            isDone = false;
            if (readiness == TrialReadiness.Waits || (trial > 0 && (ended.IsCancellationRequested || _watch.Elapsed >= tuning.MaximumTime)))
                return false;
            var folder = new TrialFolder(journal.Folder, trial);
            using var taken = folder.TryTake(warn);
            if (taken is null)
                continue;
            journal.Refresh(); // someone may have ended it just before
            if (journal.Ended(trial) is not null)
                continue;
            runner.Run(trial, folder, trial == 0 ? Processors : threads, trial == 0 ? cancelled : ended); // all others wait for the first
            return true;
        }
    }

    private void Report(int trial, TuningRung? rung, TuningTrialState? end)
    {
        lock (_reporting)
        {
            var trials = journal.AllEnded();
            _board?.Write(trials);
            if (tuning.Progress is not { } progress)
                return;
            var best = _policy.Ranked(trials.Where(other => other.State == TuningTrialState.Complete)).FirstOrDefault();
            var report = new TuningProgress(trial, rung, end, best, trials.Count, plan.MaximumTrials, _watch.Elapsed, Remaining(trials.Count));
            UserCode.Call(() => progress(report), () => (nameof(DenseNetTuningOptions.Progress), $"at trial {trial}"));
        }
    }

    private TimeSpan? Remaining(int endedTrials)
    {
        int here = endedTrials - _endedBefore;
        if (here <= 0)
            return null;
        var byTrials = _watch.Elapsed / here * Math.Max(0, plan.MaximumTrials - endedTrials);
        var byTime = tuning.MaximumTime - _watch.Elapsed;
        return byTime < byTrials ? byTime < TimeSpan.Zero ? TimeSpan.Zero : byTime : byTrials;
    }
}
