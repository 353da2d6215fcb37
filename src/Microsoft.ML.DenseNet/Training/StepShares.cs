namespace Microsoft.ML.DenseNet;

/// <summary>How many of the rows of each step a process gives, if several have shares of them: so many that all shares end together.</summary>
/// <param name="shares">The number of rows of each process, by rank.</param>
/// <param name="batchSize">Rows per step, of all processes together; the last step takes what is left.</param>
internal sealed class StepShares(IReadOnlyList<long> shares, int batchSize)
{
    /// <summary>Returns a process's number of rows in each step of an epoch.</summary>
    public IEnumerable<int> Of(int rank)
    {
        long all = shares.Sum(), given = 0;
        long[] taken = new long[shares.Count];
        while (given < all)
        {
            long before = taken[rank];
            given = Math.Min(given + batchSize, all);
            Advance(taken, given, all);
            yield return (int)(taken[rank] - before);
        }
    }

    /// <summary>Gives each process its part of the first rows: rounded down, and the rest to those that are furthest behind.</summary>
    private void Advance(long[] taken, long given, long all)
    {
        long[] before = [.. taken];
        long left = given - taken.Sum();
        double[] behind = new double[taken.Length];
        for (int rank = 0; rank < taken.Length; rank++)
        {
            Int128 due = (Int128)shares[rank] * given;
            taken[rank] = Math.Max(taken[rank], (long)(due / all));
            left -= taken[rank] - before[rank];
            behind[rank] = (double)(due - ((Int128)taken[rank] * all));
        }

        // If those that were given the rest before are ahead, there may be too few rows for the others.
        int[] order = [.. Enumerable.Range(0, taken.Length).OrderByDescending(rank => behind[rank])]; // stable
        for (int i = 0; left > 0; i = (i + 1) % order.Length)
        {
            if (taken[order[i]] == shares[order[i]])
                continue;
            taken[order[i]]++;
            left--;
        }

        for (int i = order.Length - 1; left < 0; i = (i + order.Length - 1) % order.Length)
        {
            if (taken[order[i]] == before[order[i]])
                continue;
            taken[order[i]]--;
            left++;
        }
    }
}
