using System.Text.Json;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Statistics of rows, against the same computed in the tests' own way.</summary>
[TestClass]
public sealed class TrainingStatisticsTests
{
    private const double Rounding = 2e-6; // shares are stored with six decimals

    [TestMethod]
    public void A_few_rows_agree_with_a_count_by_hand()
    {
        float[][] rows = [[1, float.NaN, 0, 1], [2, 5, 1, 0], [2, float.NaN, 0, 1], [8, float.PositiveInfinity, 0, 0]];
        double[] weights = [1, 2, 3, 2];
        var builder = new StatisticsBuilder(4, [new SlotRange(2, 2)]);
        Feed(builder, rows, weights);
        var statistics = builder.Build();

        Assert.AreEqual(4, statistics.RowCount);
        Assert.AreEqual(64.0 / 18, statistics.EffectiveRows, 1e-12);
        Assert.AreEqual(0, statistics.UndescribedSlots);
        var first = (NumberStatistics)statistics.Features[0];
        Assert.AreEqual((1f, 8f, 0.0), (first.Minimum, first.Maximum, first.MissingShare));
        Assert.AreSequenceEqual(new float[] { 1, 2, 8 }, first.BinStarts);
        Assert.AreSequenceEqual(new[] { 1 / 8.0, 5 / 8.0, 2 / 8.0 }, first.BinShares);
        var second = (NumberStatistics)statistics.Features[1];
        Assert.AreEqual((5f, 5f, 6 / 8.0), (second.Minimum, second.Maximum, second.MissingShare), "an infinity is no value to count with");
        Assert.AreSequenceEqual(new[] { 2 / 8.0 }, second.BinShares);
        var block = (CategoryStatistics)statistics.Features[2];
        Assert.AreEqual((2, 2), (block.Slot, block.SlotCount));
        Assert.AreSequenceEqual(new[] { new CategoryShare(0, 2 / 8.0), new CategoryShare(1, 4 / 8.0) }, block.Categories);
        Assert.AreEqual((0.0, 2 / 8.0), (block.OtherShare, block.NoneShare));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void Bins_of_random_values_hold_the_shares_they_say(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 60; round++)
        {
            int count = 1 + random.Next(400), different = 1 + random.Next(60);
            bool isWeighted = random.Next(2) == 0;
            float[][] rows = [.. Enumerable.Range(0, count).Select(_ => new[] { random.Next(8) == 0 ? float.NaN : random.Next(3) == 0 ? 0 : MathF.Round(random.Next(different) * random.NextSingle(), 2) - 1 })];
            double[] weights = [.. rows.Select(_ => isWeighted ? 0.25 + random.Next(8) : 1)];
            var builder = new StatisticsBuilder(1, []);
            Feed(builder, rows, weights);
            var number = (NumberStatistics)builder.Build().Features[0];

            double total = weights.Sum();
            var present = rows.Zip(weights, (row, weight) => (Value: row[0], Weight: weight)).Where(row => !float.IsNaN(row.Value)).ToArray();
            Assert.AreEqual(1 - (present.Sum(row => row.Weight) / total), number.MissingShare, Rounding);
            if (present.Length == 0)
            {
                Assert.IsTrue(float.IsNaN(number.Minimum) && number.BinStarts.Count == 0);
                continue;
            }

            Assert.AreEqual((present.Min(row => row.Value), present.Max(row => row.Value)), (number.Minimum, number.Maximum));
            int values = present.Select(row => row.Value).Distinct().Count();
            Assert.IsLessThanOrEqualTo(NumberStatistics.MaximumBins, number.BinStarts.Count);
            Assert.IsGreaterThanOrEqualTo(Math.Min(values, 2), number.BinStarts.Count);
            if (values <= NumberStatistics.MaximumBins)
                Assert.AreSequenceEqual(present.Select(row => row.Value).Distinct().Order(), number.BinStarts);
            for (int bin = 0; bin < number.BinStarts.Count; bin++)
            {
                float start = number.BinStarts[bin], end = bin + 1 < number.BinStarts.Count ? number.BinStarts[bin + 1] : float.PositiveInfinity;
                Assert.AreEqual(present.Where(row => row.Value >= start && row.Value < end).Sum(row => row.Weight) / total, number.BinShares[bin], Rounding, $"round {round}, bin {bin}");
            }
        }
    }

    [TestMethod]
    public void Different_values_share_ten_equal_bins_and_a_frequent_one_has_its_own()
    {
        var even = (NumberStatistics)Of([.. Enumerable.Range(0, 1000).Select(i => new[] { i * 7919 % 1000 / 10f })]).Features[0];
        Assert.HasCount(10, even.BinStarts);
        Assert.IsTrue(even.BinShares.All(share => Math.Abs(share - 0.1) < 0.0011), string.Join(", ", even.BinShares));

        // Nine in ten are 0; the rest still gets nine bins of about a hundredth.
        var skewed = (NumberStatistics)Of([.. Enumerable.Range(0, 1000).Select(i => new[] { i < 900 ? 0f : i })]).Features[0];
        Assert.HasCount(10, skewed.BinStarts);
        Assert.AreEqual(0.9, skewed.BinShares[0]);
        Assert.IsTrue(skewed.BinShares.Skip(1).All(share => share is > 0.009 and < 0.013), string.Join(", ", skewed.BinShares));
    }

    [TestMethod]
    [DataRow(4)]
    [DataRow(5)]
    public void Sparse_rows_have_the_statistics_of_their_dense_form(int seed)
    {
        var random = new Random(seed);
        SlotRange[] blocks = [new(3, 4), new(9, 2)];
        float[][] rows = [.. Enumerable.Range(0, 200).Select(_ => Enumerable.Range(0, 12).Select(_ => random.Next(3) > 0 ? 0 : random.Next(9) == 0 ? float.NaN : random.Next(-2, 4)).Select(value => (float)value).ToArray())];
        double[] weights = [.. rows.Select(_ => (double)random.Next(3))]; // of weight 0, too
        StatisticsBuilder dense = new(12, blocks), sparse = new(12, blocks);
        Feed(dense, rows, weights);
        var stored = rows.Select(row => Enumerable.Range(0, 12).Where(slot => row[slot] != 0).ToArray()).ToArray();
        for (int row = 0; row < rows.Length; row++)
            sparse.Count(stored[row], [.. stored[row].Select(slot => rows[row][slot])], weights[row]);
        for (int row = 0; row < rows.Length; row++)
            sparse.Sample(stored[row], [.. stored[row].Select(slot => rows[row][slot])], weights[row]);

        Assert.AreEqual(Json(dense.Build()), Json(sparse.Build()));
        Assert.AreEqual(weights.Count(weight => weight > 0), sparse.Build().RowCount);
    }

    [TestMethod]
    public void A_bag_of_categories_counts_for_each_in_equal_parts()
    {
        var builder = new StatisticsBuilder(3, [new SlotRange(0, 3)]);
        Feed(builder, [[1, 2, 0], [0, 0, 1], [0, 0, 0], [1, 0, 0]], [1, 1, 1, 1]);
        var block = (CategoryStatistics)builder.Build().Features[0];
        Assert.AreSequenceEqual(new[] { new CategoryShare(0, 0.375), new CategoryShare(1, 0.125), new CategoryShare(2, 0.25) }, block.Categories);
        Assert.AreEqual(0.25, block.NoneShare);
    }

    [TestMethod]
    public void Many_categories_are_pooled_after_the_most_frequent_ones()
    {
        var builder = new StatisticsBuilder(200, [new SlotRange(0, 200)]);
        for (int category = 0; category < 200; category++)
        {
            for (int i = 0; i <= category; i++)
                builder.Count([category], [1]);
        }

        var block = (CategoryStatistics)builder.Build().Features[0];
        Assert.AreSequenceEqual(Enumerable.Range(136, 64), block.Categories.Select(category => category.Category));
        Assert.AreEqual(200 / 20100.0, block.Categories[^1].Share, Rounding);
        Assert.AreEqual(Enumerable.Range(1, 136).Sum() / 20100.0, block.OtherShare, Rounding);
    }

    [TestMethod]
    public void Ten_thousand_features_take_few_kilobytes_and_those_with_values_are_described()
    {
        const int Width = 10_000;
        var random = new Random(1);
        var network = TestNetworks.Create(Layer.Sequential(Layer.EmbeddingBag(2), Layer.Linear(1)), Width);
        var builder = new StatisticsBuilder(Width, []);
        int[][] rows = [.. Enumerable.Range(0, 100).Select(_ => Enumerable.Range(0, 40).Select(_ => random.Next(Width)).Append(7777).Distinct().Order().ToArray())];
        foreach (int[] row in rows)
            builder.Count(row, [.. row.Select(slot => 1f + slot)]);
        foreach (int[] row in rows)
            builder.Sample(row, [.. row.Select(slot => 1f + slot)]);
        var statistics = builder.Build();

        Assert.HasCount(TrainingStatistics.MaximumEntries / NumberStatistics.MaximumBins, statistics.Features);
        Assert.AreEqual(Width - statistics.Features.Count, statistics.UndescribedSlots);
        Assert.Contains(7777, statistics.Features.Select(feature => feature.Slot));
        var counts = rows.SelectMany(row => row).CountBy(slot => slot).ToDictionary();
        Assert.IsGreaterThanOrEqualTo(counts.Where(slot => statistics.Features.All(feature => feature.Slot != slot.Key)).Max(slot => slot.Value), statistics.Features.Min(feature => counts[feature.Slot]));
        int extra = ModelFileBuilder.Save(network.WithStatistics(statistics)).Length - ModelFileBuilder.Save(network).Length;
        Assert.IsLessThan(60_000, extra);

        // Thirty numbers, the usual case, with bins that are not round.
        var usual = TestNetworks.Create(30, 1);
        var normal = Of([.. Enumerable.Range(0, 1000).Select(_ => Enumerable.Range(0, 30).Select(_ => (float)(random.NextDouble() * random.NextDouble())).ToArray())]);
        Assert.IsLessThan(8_000, ModelFileBuilder.Save(usual.WithStatistics(normal)).Length - ModelFileBuilder.Save(usual).Length);
    }

    [TestMethod]
    public void A_sample_of_many_rows_has_exact_ranges_and_about_equal_bins()
    {
        const int Rows = 150_000;
        var builder = new StatisticsBuilder(1, []);
        var sample = new StatisticsSample(Rows);
        float Value(int row) => row == 77_777 ? -50 : row == 1234 ? float.NaN : (float)(Math.Sin(row) + (row % 10 / 10.0));
        for (int row = 0; row < Rows; row++)
            builder.Count([Value(row)]);
        int taken = 0;
        for (int row = 0; row < Rows; row++)
        {
            if (!sample.Takes(row))
                continue;
            taken++;
            builder.Sample([Value(row)]);
        }

        Assert.AreEqual(StatisticsBuilder.MaximumSample, taken, 4 * Math.Sqrt(StatisticsBuilder.MaximumSample));
        var number = (NumberStatistics)builder.Build().Features[0];
        Assert.AreEqual(-50f, number.Minimum);
        Assert.AreEqual(1e-5, number.MissingShare, 4e-6);
        for (int bin = 1; bin < number.BinStarts.Count; bin++)
        {
            double below = Enumerable.Range(0, Rows).Count(row => Value(row) < number.BinStarts[bin]) / (double)Rows;
            Assert.AreEqual(bin / 10.0, below, 0.012, $"bin {bin}"); // four standard errors of a share of 32,768 rows
        }
    }

    [TestMethod]
    public void Rows_without_weight_or_values_are_no_fault()
    {
        var builder = new StatisticsBuilder(2, []);
        Feed(builder, [[1, 2], [3, 4]], [0, 0]);
        var statistics = builder.Build();
        Assert.AreEqual((0L, 0.0), (statistics.RowCount, statistics.EffectiveRows));
        Assert.IsTrue(float.IsNaN(((NumberStatistics)statistics.Features[0]).Minimum));
        Assert.AreEqual(1, ((NumberStatistics)statistics.Features[0]).MissingShare);
    }

    internal static TrainingStatistics Of(float[][] rows)
    {
        var builder = new StatisticsBuilder(rows[0].Length, []);
        Feed(builder, rows, [.. rows.Select(_ => 1.0)]);
        return builder.Build();
    }

    internal static void Feed(StatisticsBuilder builder, float[][] rows, double[] weights)
    {
        for (int row = 0; row < rows.Length; row++)
            builder.Count(rows[row], weights[row]);
        for (int row = 0; row < rows.Length; row++)
            builder.Sample(rows[row], weights[row]);
    }

    internal static string Json(TrainingStatistics? statistics)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            StatisticsJson.Write(statistics, json);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
