namespace Microsoft.ML.DenseNet;

/// <summary>Independent jobs, dealt to processes in turn.</summary>
internal static class WorkerJobs
{
    /// <summary>The process that does a job.</summary>
    public static int RankOf(TrainingWorkers workers, int job) => job % workers.Count;

    /// <summary>Runs jobs, each on one process; returns the results of all of them, on every process.</summary>
    /// <param name="workers">The processes; all of them must make this call.</param>
    /// <param name="count">The number of jobs.</param>
    /// <param name="job">Does the job with a number from 0. An exception ends all processes, which would otherwise wait for the result.</param>
    public static byte[][] RunJobs(this TrainingWorkers workers, int count, Func<int, byte[]> job) =>
        workers.RunJobs(count, jobs => [.. jobs.Select(job)]);

    /// <summary>The same for a function that does all jobs of this process, possibly several at once.</summary>
    /// <param name="workers">The processes; all of them must make this call.</param>
    /// <param name="count">The number of jobs.</param>
    /// <param name="doAll">Does the jobs with the given numbers, and returns their results in the same order.</param>
    public static byte[][] RunJobs(this TrainingWorkers workers, int count, Func<IReadOnlyList<int>, IReadOnlyList<byte[]>> doAll)
    {
        int[] mine = [.. Enumerable.Range(0, count).Where(job => RankOf(workers, job) == workers.Rank)];
        IReadOnlyList<byte[]> done;
        try
        {
            done = mine.Length == 0 ? [] : doAll(mine);
        }
        catch (Exception failure) when (workers.Count > 1)
        {
            workers.Abort(WorkerText.Of(failure));
            throw;
        }

        using var block = new MemoryStream();
        using (var writer = new BinaryWriter(block, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            foreach (byte[] result in done)
            {
                writer.Write(result.Length);
                writer.Write(result);
            }
        }

        byte[][] all = workers.Exchange(block.GetBuffer().AsSpan(0, (int)block.Length));
        BinaryReader[] readers = [.. all.Select(results => new BinaryReader(new MemoryStream(results)))];
        return [.. Enumerable.Range(0, count).Select(number =>
        {
            var reader = readers[RankOf(workers, number)];
            return reader.ReadBytes(reader.ReadInt32());
        })];
    }
}
