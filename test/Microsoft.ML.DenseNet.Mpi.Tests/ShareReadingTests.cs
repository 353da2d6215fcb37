namespace Microsoft.ML.DenseNet.Mpi.Tests;

/// <summary>What processes join of their shares, against what one process finds in all rows.</summary>
[TestClass]
public sealed class ShareReadingTests
{
    private const int Rows = 5000;

    [TestMethod]
    [DataRow(6, false, false)]
    [DataRow(6, false, true)]
    [DataRow(300, true, false)]
    [DataRow(300, true, true)]
    public void Joined_statistics_are_those_of_all_rows(int width, bool isSparse, bool hasWeights)
    {
        var all = Make(width, isSparse, hasWeights);
        var expected = FeatureMoments.Of(all).ToStatistics();
        var labels = LabelStatistics.Of(all, 0);
        foreach (var (result, failure) in ThreadWorkers.Run(3, workers =>
        {
            var peers = Peers(workers);
            var own = all.Where(peers.Share.Has);
            var (moments, joined) = (new FeatureMoments(width), new LabelStatistics(0));
            foreach (var reader in peers.Exchange(writer =>
            {
                FeatureMoments.Of(own).Write(writer);
                LabelStatistics.Of(own, 0).Write(writer);
            }))
            {
                moments.Join(reader);
                joined.Join(reader);
            }

            return (moments.ToStatistics(), joined);
        }))
        {
            Assert.IsNull(failure, $"{failure}");
            var (statistics, joined) = result;
            for (int i = 0; i < width; i++)
            {
                Assert.AreEqual(expected.Mean[i], statistics.Mean[i], 1e-6 + (1e-6 * Math.Abs(expected.Mean[i])), $"mean {i}");
                Assert.AreEqual(expected.InverseDeviation[i], statistics.InverseDeviation[i], 1e-5 * expected.InverseDeviation[i], $"deviation {i}");
            }

            Assert.AreEqual((labels.Count, labels.Minimum, labels.Maximum, labels.HasWeights), (joined.Count, joined.Minimum, joined.Maximum, joined.HasWeights));
            Assert.AreEqual(labels.MeanAndDeviation().Mean, joined.MeanAndDeviation().Mean, 1e-5);
            Assert.AreEqual(labels.MeanAndDeviation().Deviation, joined.MeanAndDeviation().Deviation, 1e-5);
            Assert.AreEqual(labels.WeightSum, joined.WeightSum, 1e-9 * Rows);
        }
    }

    [TestMethod]
    [DataRow(200)]
    [DataRow(4999)]
    [DataRow(10_000)]
    public void A_joined_sample_is_the_one_of_all_rows(int capacity)
    {
        var all = Make(3, isSparse: false, hasWeights: true);
        var draw = new RowDraw(7);
        RowSampler Sample(RowSet rows, Func<long, long> numberOf)
        {
            var sampler = new RowSampler(3, hasWeights: true, RowForm.Dense, capacity);
            long place = 0;
            foreach (var block in rows.Blocks)
            {
                for (int row = 0; row < block.Rows; row++, place++)
                    sampler.Offer(block, row, draw[numberOf(place)], numberOf(place));
            }

            return sampler;
        }

        string expected = DataFingerprint.Of(Sample(all, place => place).ToRows());
        foreach (int ranks in new[] { 1, 2, 5 })
        {
            foreach (var (result, failure) in ThreadWorkers.Run(ranks, workers =>
            {
                var peers = Peers(workers);
                return DataFingerprint.Of(Sample(all.Where(peers.Share.Has), peers.Share.RowAt).Join(peers, Rows, capacity, Rows));
            }))
                Assert.AreEqual(expected, result, $"{ranks} ranks, {failure}");
        }
    }

    [TestMethod]
    public void The_fingerprint_of_all_rows_is_that_of_the_shares()
    {
        var all = Make(300, isSparse: true, hasWeights: true);
        string expected = DataFingerprint.Of(all);
        foreach (var (result, failure) in ThreadWorkers.Run(3, workers =>
        {
            var peers = Peers(workers);
            var (own, joined) = (new RowFingerprint(), new RowFingerprint());
            long place = 0;
            foreach (var block in all.Where(peers.Share.Has).Blocks)
            {
                for (int row = 0; row < block.Rows; row++)
                    own.Add(block, row, peers.Share.RowAt(place++));
            }

            foreach (var reader in peers.Exchange(own.Write))
                joined.Join(reader);
            return DataFingerprint.Of(all, joined.Rows, joined.ToString());
        }))
            Assert.AreEqual(expected, result, $"{failure}");
    }

    [TestMethod]
    public void Every_row_has_one_place()
    {
        foreach (long[] counts in new long[][] { [4, 4, 3], [0, 5, 2], [7], [1, 100, 10], [3, 4] })
        {
            var deals = Enumerable.Range(0, counts.Length).Select(rank => RowDeal.Of(new RowShare(rank, counts.Length), counts)).ToArray();
            (int Rank, long Place)[] order = [.. counts.SelectMany((count, rank) => Enumerable.Range(0, (int)count).Select(place => (rank, (long)place))).OrderBy(row => row.Item2).ThenBy(row => row.rank)];
            for (int position = 0; position < order.Length; position++)
            {
                for (int rank = 0; rank < counts.Length; rank++)
                    Assert.AreEqual(rank == order[position].Rank ? order[position].Place : -1, deals[rank].PlaceOf(position), $"{string.Join(",", counts)}: {position}");
                Assert.AreEqual(position, deals[order[position].Rank].PositionOf(order[position].Place));
            }

            var sides = order.Select((_, position) => position % 3 == 1 ? RowSide.Validation : position % 5 == 4 ? RowSide.LeftOut : RowSide.Training).ToArray();
            int[] kept = [.. Enumerable.Range(0, order.Length).Where(position => sides[position] == RowSide.Training)];
            for (int rank = 0; rank < counts.Length; rank++)
            {
                var training = deals[rank].Training(sides);
                Assert.AreEqual(kept.Length, training.Count);
                int[] own = [.. Enumerable.Range(0, kept.Length).Where(position => order[kept[position]].Rank == rank)];
                CollectionAssert.AreEqual(own, Enumerable.Range(0, training.Own).Select(place => (int)training.PositionOf(place)).ToArray());
                for (int place = 0; place < own.Length; place++)
                    Assert.AreEqual(place, training.PlaceOf(own[place]));
            }
        }
    }

    [TestMethod]
    public void Shares_of_a_step_add_up_to_the_batch_and_end_together()
    {
        var random = new Random(3);
        for (int trial = 0; trial < 300; trial++)
        {
            long[] shares = [.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => (long)random.Next(trial % 3 == 0 ? 5 : 400))];
            shares[0]++;
            int batch = random.Next(1, 60);
            long all = shares.Sum();
            int[][] steps = [.. Enumerable.Range(0, shares.Length).Select(rank => new StepShares(shares, batch).Of(rank).ToArray())];
            int count = (int)((all + batch - 1) / batch);
            for (int rank = 0; rank < shares.Length; rank++)
            {
                Assert.HasCount(count, steps[rank]);
                Assert.AreEqual(shares[rank], steps[rank].Sum());
                for (int step = 0; step < count; step++)
                    Assert.IsTrue(steps[rank][step] >= 0 && steps[rank][step] <= (batch * shares[rank] / all) + 3, $"{steps[rank][step]}");
            }

            for (int step = 0; step < count; step++)
                Assert.AreEqual(Math.Min(batch, all - ((long)step * batch)), steps.Sum(own => own[step]));
        }

        // Shares dealt in turn give each step the rows that it would have in one process.
        foreach (int ranks in new[] { 2, 3, 7 })
        {
            long[] shares = [.. Enumerable.Range(0, ranks).Select(rank => (301L - rank + ranks - 1) / ranks)];
            for (int rank = 0; rank < ranks; rank++)
            {
                int step = 0;
                foreach (int count in new StepShares(shares, 10).Of(rank))
                {
                    Assert.AreEqual(Enumerable.Range(10 * step, Math.Min(10, 301 - (10 * step))).Count(row => row % ranks == rank), count, $"rank {rank} of {ranks}, step {step}");
                    step++;
                }
            }
        }
    }

    private static RowPeers Peers(TrainingWorkers workers) => new(new RowShare(workers.Rank, workers.Count), block => workers.Exchange(block));

    private static RowSet Make(int width, bool isSparse, bool hasWeights)
    {
        var random = new Random(width);
        var blocks = new List<RowBlock>();
        var builder = new BlockBuilder(width, hasWeights, isSparse ? RowForm.Sparse : RowForm.Dense);
        for (int row = 0; row < Rows; row++)
        {
            float[] values = new float[width];
            for (int i = 0; i < width; i++)
            {
                if (!isSparse || random.Next(20) == 0 || i == 2)
                    values[i] = i == 1 && row < 40 || random.Next(30) == 0 ? float.NaN : (1000f * i) + random.NextSingle();
            }

            builder.Labels[builder.Rows] = 10 + random.NextSingle();
            if (hasWeights)
                builder.Weights[builder.Rows] = 0.5f + random.NextSingle();
            builder.Add(new Microsoft.ML.Data.VBuffer<float>(width, values));
            if (builder.IsFull)
                blocks.Add(builder.Build());
        }

        if (builder.Rows > 0)
            blocks.Add(builder.Build());
        return new RowSet(width, hasWeights, blocks);
    }
}
