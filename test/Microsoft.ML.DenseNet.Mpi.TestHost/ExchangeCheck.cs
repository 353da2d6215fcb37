using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet.Mpi.TestHost;

/// <summary>Exchanges among ranks, against what they must give.</summary>
internal static class ExchangeCheck
{
    public static void Run(TrainingWorkers workers)
    {
        foreach (int size in new[] { 0, 1, 1000, 3_000_000 })
        {
            byte[][] blocks = workers.Exchange(Bytes(workers.Rank, size + workers.Rank));
            for (int rank = 0; rank < workers.Count; rank++)
                Check(blocks[rank].AsSpan().SequenceEqual(Bytes(rank, size + rank)), $"block of {size} from {rank}");
        }

        byte[] all = new byte[16 * workers.Count];
        workers.ExchangeSmall(Bytes(workers.Rank, 16), all);
        for (int rank = 0; rank < workers.Count; rank++)
            Check(all.AsSpan(16 * rank, 16).SequenceEqual(Bytes(rank, 16)), $"small block from {rank}");

        foreach (int count in new[] { 0, 1, 2, 15, 17, 1000, 100_003 })
        {
            CheckSum(workers, count, rank => 1);
            CheckSum(workers, count, rank => rank == 1 ? 0 : 0.25f * (rank + 1)); // a rank without rows
        }

        byte[][] jobs = workers.RunJobs(7, job => [(byte)job, (byte)workers.Rank]);
        for (int job = 0; job < 7; job++)
            Check(jobs[job] is [var number, var rank] && number == job && rank == job % workers.Count, $"job {job}");
    }

    private static void CheckSum(TrainingWorkers workers, int count, Func<int, float> factorOf)
    {
        float[] factors = [.. Enumerable.Range(0, workers.Count).Select(factorOf)];
        float[][] all = [.. Enumerable.Range(0, workers.Count).Select(rank => Values(rank, count))];
        float[] values = [.. all[workers.Rank]];
        workers.Sum(values, factors);
        for (int i = 0; i < count; i++)
        {
            // In the order of ranks, one rounding each: any other order would give other bits.
            float sum = 0;
            for (int rank = 0; rank < workers.Count; rank++)
                sum = factors[rank] == 0 ? sum : Add(all[rank][i], factors[rank], sum);
            Check(BitConverter.SingleToInt32Bits(sum) == BitConverter.SingleToInt32Bits(values[i]), $"sum {i} of {count}");
            if (i > 100)
                i += 997; // a sample of the later ones
        }

        byte[][] sums = workers.Exchange(MemoryMarshal.AsBytes(values.AsSpan()));
        Check(sums.All(other => other.AsSpan().SequenceEqual(sums[0])), $"the same sum of {count} everywhere");
    }

    private static float Add(float value, float factor, float sum) => (value * factor) + sum;

    private static float[] Values(int rank, int count)
    {
        var random = new Random(rank);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) * MathF.Pow(10, random.Next(5)))];
    }

    private static byte[] Bytes(int rank, int count)
    {
        byte[] bytes = new byte[count];
        new Random(rank).NextBytes(bytes);
        return bytes;
    }

    private static void Check(bool isRight, string what)
    {
        if (!isRight)
            throw new InvalidOperationException($"Wrong: {what}");
    }
}
