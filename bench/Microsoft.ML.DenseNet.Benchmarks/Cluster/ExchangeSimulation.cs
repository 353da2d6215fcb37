namespace Microsoft.ML.DenseNet.Benchmarks.Cluster;

/// <summary>Simulates the exchange of a gradient message by message, as <c>MpiCollectives</c> makes it.</summary>
/// <param name="ranks">The number of processes.</param>
/// <param name="link">What connects each with the others.</param>
/// <param name="sumRate">Bytes a second that a process adds up.</param>
internal sealed class ExchangeSimulation(int ranks, Link link, double sumRate)
{
    private const int ReportBytes = 24;

    /// <summary>Returns when the last process has the sum.</summary>
    /// <param name="ready">When each process has computed its gradient, in seconds.</param>
    /// <param name="bytes">The gradient.</param>
    public double Run(double[] ready, double bytes)
    {
        double[] time = Reports(ready);
        if (ranks == 1)
            return time[0];
        double part = bytes / ranks;
        time = Everyone(time, part);
        for (int rank = 0; rank < ranks; rank++)
            time[rank] += bytes / sumRate; // its part of every process's gradient
        return Everyone(time, part).Max();
    }

    /// <summary>Exchanges the losses, in log2 of the number of processes rounds; returns when each process has them.</summary>
    public double[] Reports(double[] ready)
    {
        double[] time = ready;
        for (int have = 1; have < ranks; have *= 2)
        {
            double bytes = ReportBytes * Math.Min(have, ranks - have);
            double[] before = time;
            time = [.. Enumerable.Range(0, ranks).Select(rank =>
                Math.Max(before[rank] + (2 * link.Overhead), before[(rank + have) % ranks] + (2 * link.Overhead) + link.Latency + (bytes / link.Bandwidth)))];
        }

        return time;
    }

    /// <summary>Each process sends a part to every other; the way out and the way in take one message at a time.</summary>
    private double[] Everyone(double[] start, double part)
    {
        double wire = part / link.Bandwidth;
        double[] wayOut = [.. start], wayIn = new double[ranks], done = [.. start];
        for (int step = 1; step < ranks; step++)
        {
            for (int rank = 0; rank < ranks; rank++)
            {
                int target = (rank + step) % ranks;
                wayOut[rank] += link.Overhead + wire;
                wayIn[target] = Math.Max(wayOut[rank] + link.Latency, wayIn[target] + wire);
                done[target] = Math.Max(done[target], wayIn[target] + link.Overhead);
            }
        }

        for (int rank = 0; rank < ranks; rank++)
            done[rank] = Math.Max(done[rank], wayOut[rank]);
        return done;
    }
}
