namespace Microsoft.ML.DenseNet;

/// <summary>
/// Threads that divide up many short jobs, one after the other, for the duration of a training. Between jobs they spin for a few
/// microseconds, because waking a thread takes longer than a small step, and then sleep.
/// </summary>
internal sealed class WorkTeam : IDisposable
{
    /// <summary>Rounds of spinning; some ten microseconds.</summary>
    private const int AwakeRounds = 200;

    private readonly Thread[] _helpers;
    private readonly SemaphoreSlim _wake = new(0);
    private Job? _job;
    private int _asleep;
    private bool _ends;

    /// <param name="threads">The number of threads, including the caller's own; at least 1.</param>
    public WorkTeam(int threads)
    {
        _helpers = new Thread[threads - 1];
        for (int i = 0; i < _helpers.Length; i++)
        {
            _helpers[i] = new Thread(Help) { IsBackground = true, Name = "DenseNet training" };
            _helpers[i].Start();
        }
    }

    /// <summary>The number of threads.</summary>
    public int Threads => _helpers.Length + 1;

    /// <summary>Runs all parts, in any order and on any of the threads; returns when the last is done.</summary>
    /// <param name="parts">The number of parts.</param>
    /// <param name="work">Runs a part, given its number from 0.</param>
    public void Run(int parts, Action<int> work)
    {
        if (_helpers.Length == 0 || parts == 1)
        {
            for (int part = 0; part < parts; part++)
                work(part);
            return;
        }

        // Each call has its own job: a helper that comes late finds nothing left to do in it.
        var job = new Job(parts, work);
        Volatile.Write(ref _job, job);
        Interlocked.MemoryBarrier();
        int asleep = Volatile.Read(ref _asleep);
        if (asleep > 0)
            _wake.Release(asleep);

        job.Help();
        var wait = default(SpinWait);
        while (!job.IsDone)
            wait.SpinOnce(sleep1Threshold: -1);
        job.ThrowIfFailed();
    }

    public void Dispose()
    {
        Volatile.Write(ref _ends, true);
        _wake.Release(_helpers.Length + 1);
        foreach (var helper in _helpers)
            helper.Join();
        _wake.Dispose();
    }

    private void Help()
    {
        Job? last = null;
        while (!Volatile.Read(ref _ends))
        {
            var job = Volatile.Read(ref _job);
            for (int round = 0; job == last && round < AwakeRounds; round++)
            {
                Thread.SpinWait(8);
                job = Volatile.Read(ref _job);
            }

            if (job == last)
            {
                // Counted as asleep before the last check, so that a job that arrives in between finds someone to wake.
                Interlocked.Increment(ref _asleep);
                if (Volatile.Read(ref _job) == last && !Volatile.Read(ref _ends))
                    _wake.Wait();
                Interlocked.Decrement(ref _asleep);
                continue;
            }

            last = job;
            job!.Help();
        }
    }

    private sealed class Job(int parts, Action<int> work)
    {
        private int _next;
        private int _done;
        private Exception? _failure;

        public bool IsDone => Volatile.Read(ref _done) == parts;

        public void Help()
        {
            int part;
            while ((part = Interlocked.Increment(ref _next) - 1) < parts)
            {
                try
                {
                    work(part);
                }
                catch (Exception exception)
                {
                    _failure = exception; // rethrown by the caller
                }

                Interlocked.Increment(ref _done);
            }
        }

        public void ThrowIfFailed()
        {
            if (_failure is not null)
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_failure);
        }
    }
}
