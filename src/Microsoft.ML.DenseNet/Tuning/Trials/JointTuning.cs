using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// One tuning that several processes make together. They divide its trials through a journal that all of them see, and tell each other in
/// short rounds whether to end.
/// </summary>
/// <param name="joint">The common call.</param>
/// <param name="channel">ML.NET's log.</param>
internal sealed class JointTuning(JointFit joint, IChannel channel)
{
    private const byte Done = 1, Ended = 2, Cancelled = 4;

    /// <summary>How long a process works before it asks the others again.</summary>
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(250);

    private TrainingWorkers Workers => joint.Workers;

    /// <summary>Whether this process makes what all of them share.</summary>
    public bool IsFirst => Workers.Rank == 0;

    /// <summary>Whether other processes may be using what they share.</summary>
    public bool IsRunning => joint.IsRunning;

    /// <summary>How many of the processes share this machine's processors.</summary>
    public int CountHere => Workers.CountHere;

    /// <summary>How many of the trials under way are for this process.</summary>
    public int ShareOf(int concurrency)
    {
        if (IsFirst && concurrency < Workers.Count)
            channel.Warning($"{nameof(DenseNetOptions.Workers)} has {Workers.Count} processes, but {nameof(DenseNetTuningOptions.Concurrency)} is {concurrency}: no more than {concurrency} of them have something to do. A larger {nameof(DenseNetTuningOptions.Concurrency)} is for a new journal only, because it changes which trials are made.");
        return (concurrency + Workers.Count - 1) / Workers.Count;
    }

    /// <inheritdoc cref="JointFit.AgreeOnSeed"/>
    public int AgreeOnSeed(int seed, bool isDrawn) => joint.AgreeOnSeed(seed, isDrawn);

    /// <summary>Checks that all processes are about to make the same trials, and the same of them.</summary>
    /// <exception cref="InvalidOperationException">They are not; every process throws the same message.</exception>
    public void Compare(TrialPlan plan, DenseNetTuningOptions tuning)
    {
        static string Text(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "";
        var header = plan.Header();
        header = header with
        {
            Settings =
            [
                .. header.Settings,
                new($"the number of trials ({nameof(tuning.MaximumTrials)})", Text(tuning.MaximumTrials)),
                new($"the limit of work ({nameof(tuning.MaximumWork)})", Text(tuning.MaximumWork)),
                new($"the size of the ensemble ({nameof(tuning.EnsembleSize)})", Text(tuning.EnsembleSize)),
                new($"the kind of folder ({nameof(tuning.JournalDirectory)})", tuning.JournalDirectory is null ? "temporary" : "named"),
            ],
        };
        joint.Compare("is about to tune something else than", header.ToLine(), line => JournalHeader.Parse(line, Workers.NameOf(Workers.Rank)), (theirs, first, rank) => theirs.DifferenceTo(first, rank, "on rank 0"));
    }

    /// <summary>Opens the journal in all processes, the first of which may have to begin it.</summary>
    /// <param name="folder">The folder that this process was told of; null for that of the first one.</param>
    /// <param name="open">Opens the journal in a folder.</param>
    /// <exception cref="IOException">A process does not see the first one's folder.</exception>
    public TuningJournal Open(string? folder, Func<string, TuningJournal> open)
    {
        string? token = IsFirst ? Path.Combine(folder!, $"{Guid.NewGuid():N}.job") : null;
        try
        {
            if (token is not null)
                File.WriteAllBytes(token, []); // by its name the others know that they see this very folder
            var journal = token is null ? null : open(folder!);
            string theirs = Encoding.UTF8.GetString(joint.Meet(Encoding.UTF8.GetBytes(token ?? ""))[0]);
            journal ??= open(Seen(folder, theirs));
            joint.Meet([]);
            joint.Begin();
            channel.Info($"This is {Workers.NameOf(Workers.Rank)}, of {Workers.Count} that share the trials.");
            return journal;
        }
        finally
        {
            if (token is not null)
                File.Delete(token);
        }
    }

    /// <summary>Waits until all processes have no more trials to train. If one is cancelled or out of time, so are all.</summary>
    /// <param name="running">This process's workers.</param>
    /// <param name="hasFailed">Whether one of them has failed; no other process is asked then.</param>
    /// <param name="cancelled">Cancels the tuning here.</param>
    /// <param name="ended">Ends it here, except for the first trial.</param>
    public void Watch(CountdownEvent running, Func<bool> hasFailed, CancellationTokenSource cancelled, CancellationTokenSource ended)
    {
        byte[] all = new byte[Workers.Count];
        do
        {
            byte state = running.Wait(Round) ? Done : (byte)0;
            if (hasFailed())
                return;
            if (ended.IsCancellationRequested)
                state |= Ended;
            if (cancelled.IsCancellationRequested)
                state |= Cancelled;
            Workers.ExchangeSmall([state], all);
            if (all.Any(other => (other & Ended) != 0))
                ended.Cancel();
            if (all.Any(other => (other & Cancelled) != 0))
                cancelled.Cancel();
        }
        while (all.Any(other => (other & Done) == 0));
    }

    /// <summary>Makes sure that all processes know the same trials. None of them writes to the journal any more.</summary>
    public void AgreeOnEnd(TuningJournal journal)
    {
        byte[] position = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(position, journal.Position);
        journal.RefreshTo(joint.Meet(position).Max(block => BinaryPrimitives.ReadInt64LittleEndian(block)));
    }

    /// <summary>Waits until no process needs the folder any more.</summary>
    public void Leave()
    {
        joint.Meet([]);
        joint.End();
    }

    /// <summary>Returns the journal's folder, once it is clear that it is that of the first process.</summary>
    private string Seen(string? folder, string token)
    {
        string theirs = Path.GetDirectoryName(token)!, ours = Path.GetFullPath(folder ?? theirs);
        return File.Exists(Path.Combine(ours, Path.GetFileName(token)))
            ? ours
            : throw new IOException($"The journal is in '{theirs}' on {Workers.NameOf(0)}, but '{ours}' on {Workers.NameOf(Workers.Rank)} is not that folder. Set {nameof(DenseNetTuningOptions.JournalDirectory)} to a folder in a file system that all processes share.");
    }
}
