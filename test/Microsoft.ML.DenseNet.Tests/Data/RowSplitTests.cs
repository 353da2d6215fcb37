using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Which rows are set aside when rows have groups or times: whole groups, or the latest rows.</summary>
[TestClass]
public sealed class RowSplitTests
{
    private static readonly string[] Groups = ["Text", "Single", "Double", "SByte", "Int16", "Int32", "Int64", "Byte", "UInt16", "UInt32", "UInt64", "Moment", "Zoned", "Duration", "Key"];

    private static readonly string[] Times = ["Single", "Double", "SByte", "Int16", "Int32", "Int64", "Byte", "UInt16", "UInt32", "UInt64", "Moment", "Zoned", "Duration", "Parts"];

    private readonly MLContext _ml = new(seed: 1);

    public static IEnumerable<object[]> GroupColumns() => Groups.Select(name => new object[] { name });

    public static IEnumerable<object[]> TimeColumns() => Times.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(GroupColumns))]
    public void NoGroupIsOnBothSidesWhateverItsType(string column)
    {
        int[] numbers = Numbers(500, seed: 3);
        var rows = Read(numbers, column, null);
        var (training, validation) = RowSplitter.Split(rows, 0.3, stratify: false, seed: 1);
        AssertApart(training, validation, row => numbers[row]);
        Assert.AreEqual(500, training.Count + validation.Count);
        Assert.AreEqual(150, validation.Count, 10);

        // What decides is which rows are equal, not how the values are written.
        var same = RowSplitter.Split(Read(numbers, "Text", null), 0.3, stratify: false, seed: 1).Validation;
        CollectionAssert.AreEqual(same.Labels.ToArray(), validation.Labels.ToArray());
    }

    [TestMethod]
    public void ABooleanHasTwoGroups()
    {
        int[] numbers = Numbers(60, seed: 3);
        var (training, validation) = RowSplitter.Split(Read(numbers, "Flag", null), 0.3, stratify: false, seed: 1);
        Assert.HasCount(1, validation.Labels.Select(row => numbers[(int)row] > 0).Distinct());
        Assert.HasCount(1, training.Labels.Select(row => numbers[(int)row] > 0).Distinct());
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void EveryPartGetsItsShareOfRowsAndOfClasses(int seed)
    {
        // 300 groups of 1 to 30 rows, each of which prefers some classes.
        var random = new Random(seed);
        var groups = new List<ulong>();
        var labels = new List<float>();
        for (ulong group = 1; group <= 300; group++)
        {
            int favorite = random.Next(3);
            for (int i = random.Next(30); i >= 0; i--)
            {
                groups.Add(group);
                labels.Add(random.Next(2) == 0 ? favorite : random.Next(20) == 0 ? 2 : random.Next(2));
            }
        }

        var rows = Rows(labels, groups, null);
        int[] parts = RowSplitter.DealGroups(rows, 5, stratify: true, seed, out int count, out int largest);
        Assert.AreEqual(5, count);
        Assert.AreEqual(parts.CountBy(part => part).Max(part => part.Value), largest);
        foreach (var part in parts.Index().GroupBy(item => item.Item, item => item.Index))
        {
            Assert.AreEqual(labels.Count / 5.0, part.Count(), 0.02 * labels.Count / 5);
            for (int label = 0; label < 3; label++)
                Assert.AreEqual(labels.Count(value => value == label) / 5.0, part.Count(row => labels[row] == label), 0.05 * labels.Count / 5);
        }

        Assert.IsTrue(parts.Index().GroupBy(item => groups[item.Index], item => item.Item).All(group => group.Distinct().Count() == 1));
        CollectionAssert.AreEqual(parts, RowSplitter.DealGroups(rows, 5, stratify: true, seed, out _, out _));
        CollectionAssert.AreNotEqual(parts, RowSplitter.DealGroups(rows, 5, stratify: true, seed + 10, out _, out _));
    }

    [TestMethod]
    public void FewGroupsMakeFewFolds()
    {
        var plan = new FoldPlan(5, 4, 40);
        var three = RowFolds.Of(Rows([.. Enumerable.Range(0, 60).Select(row => (float)row)], [.. Enumerable.Range(0, 60).Select(row => 1UL + ((ulong)row % 3))], null), plan, stratify: false, seed: 1);
        Assert.AreEqual((3, 3), (three.Count, three.Networks));
        for (int network = 0; network < 3; network++)
            AssertApart(three[network].Training, three[network].Validation, row => row % 3);

        // Where a group has most of the rows, no network learns without it.
        var large = RowFolds.Of(Rows([.. Enumerable.Range(0, 100).Select(row => (float)row)], [.. Enumerable.Range(0, 100).Select(row => row < 70 ? 1UL : (ulong)row)], null), plan, stratify: false, seed: 1);
        Assert.AreEqual((5, 4), (large.Count, large.Networks));
        for (int network = 0; network < 4; network++)
            Assert.IsTrue(large[network].Validation.Labels.All(row => row >= 70));
        var two = RowFolds.Of(Rows([.. Enumerable.Range(0, 100).Select(row => (float)row)], [.. Enumerable.Range(0, 100).Select(row => row < 70 ? 1UL : 2)], null), plan, stratify: false, seed: 1);
        Assert.AreEqual((2, 1), (two.Count, two.Networks));
        CollectionAssert.AreEqual(Enumerable.Range(70, 30).Select(row => (float)row).ToArray(), two[0].Validation.Labels.ToArray());

        string message = Assert.ThrowsExactly<InvalidOperationException>(() => RowFolds.Of(Rows([0, 1, 2], [5, 5, 5], null), plan, stratify: false, seed: 1)).Message;
        StringAssert.Contains(message, "'Group' (SamplingKeyColumnName) has the same value in all 3 rows");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void MoreNetworksThanFoldsDealTheRowsAgain(bool hasGroups)
    {
        float[] labels = [.. Enumerable.Range(0, 200).Select(row => (float)row)];
        var folds = RowFolds.Of(Rows(labels, hasGroups ? [.. labels.Select(row => 1 + (ulong)(row / 2))] : null, null), new FoldPlan(5, 12, 40), stratify: false, seed: 3);
        Assert.AreEqual((5, 12, 5), (folds.Count, folds.Networks, folds.NetworksPerDeal));
        var held = Enumerable.Range(0, 12).Select(network => folds[network].Validation.Labels.ToHashSet()).ToArray();
        for (int network = 0; network < 12; network++)
        {
            Assert.HasCount(40, held[network]);
            Assert.IsTrue(folds[network].Training.Labels.All(label => !held[network].Contains(label)));
            for (int other = 0; other < network; other++)
                Assert.AreEqual(other / 5 == network / 5, !held[network].Overlaps(held[other]), $"{other} and {network}");
            if (hasGroups)
                Assert.IsTrue(held[network].All(label => held[network].Contains(label % 2 == 0 ? label + 1 : label - 1)), "groups stay together");
        }

        Assert.HasCount(200, held[..5].SelectMany(rows => rows).Distinct());
        Assert.HasCount(200, held[5..10].SelectMany(rows => rows).Distinct());
    }

    [TestMethod]
    [DataRow(0.01)]
    [DataRow(0.2)]
    [DataRow(0.9)]
    public void TwoGroupsValidateEachOtherAtAnyShare(double fraction)
    {
        var (training, validation) = RowSplitter.Split(Rows([.. Enumerable.Range(0, 50).Select(row => (float)row)], [.. Enumerable.Range(0, 50).Select(row => 1UL + ((ulong)row % 2))], null), fraction, stratify: false, seed: 1);
        Assert.AreEqual(25, training.Count);
        AssertApart(training, validation, row => row % 2);
    }

    [TestMethod]
    [DynamicData(nameof(TimeColumns))]
    public void TheLatestRowsValidateWhateverTheirType(string column)
    {
        int[] numbers = Numbers(500, seed: 4);
        var (training, validation) = RowSplitter.Split(Read(numbers, null, column), 0.2, stratify: true, seed: 1);

        // The cut that comes closest to a fifth, found by sorting.
        int cut = numbers.Distinct().MinBy(time => Math.Abs(numbers.Count(other => other >= time) - 100.0));
        CollectionAssert.AreEqual(Enumerable.Range(0, 500).Where(row => numbers[row] >= cut).ToArray(), validation.Labels.Select(row => (int)row).ToArray());
        CollectionAssert.AreEqual(Enumerable.Range(0, 500).Where(row => numbers[row] < cut).ToArray(), training.Labels.Select(row => (int)row).ToArray());
    }

    [TestMethod]
    public void OneTimeForAllRowsIsRefused()
    {
        string message = Assert.ThrowsExactly<InvalidOperationException>(() => RowSplitter.Split(Rows([0, 1, 2], null, [7, 7, 7]), 0.5, stratify: false, seed: 1)).Message;
        StringAssert.Contains(message, "'Time' (TimeColumnName) has the same value in all 3 rows");
    }

    [TestMethod]
    public void GroupsThatBeginLateValidateTheRowsBeforeThem()
    {
        // A group begins every day and has a row on each of the next 10 days.
        var groups = new List<ulong>();
        var times = new List<ulong>();
        for (ulong group = 1; group <= 100; group++)
        {
            for (ulong day = 0; day < 10; day++)
            {
                groups.Add(group);
                times.Add(group + day);
            }
        }

        var rows = Rows([.. Enumerable.Range(0, 1000).Select(row => (float)row)], groups, times);
        var (training, validation) = RowSplitter.Split(rows, 0.2, stratify: false, seed: 1);
        AssertApart(training, validation, row => groups[row]);
        CollectionAssert.AreEquivalent(Enumerable.Range(81, 20).Select(group => (ulong)group).ToArray(), validation.Labels.Select(row => groups[(int)row]).Distinct().ToArray());
        Assert.AreEqual(200, validation.Count);
        CollectionAssert.AreEqual(Enumerable.Range(0, 1000).Where(row => times[row] < 81).ToArray(), training.Labels.Select(row => (int)row).ToArray());
    }

    [TestMethod]
    public void GroupsThatAreAllThereFromTheBeginningAreRefused()
    {
        // A panel: 10 groups with a row on each of 50 days; then one group that begins on the last day.
        ulong[] groups = [.. Enumerable.Range(0, 500).Select(row => 1UL + ((ulong)row % 10))], times = [.. Enumerable.Range(0, 500).Select(row => 1UL + ((ulong)row / 10))];
        float[] labels = new float[500];
        string message = Assert.ThrowsExactly<InvalidOperationException>(() => RowSplitter.Split(Rows(labels, groups, times), 0.2, stratify: false, seed: 1)).Message;
        StringAssert.Contains(message, "Every value of 'Group' (SamplingKeyColumnName) occurs among the earliest rows by 'Time'");
        groups[^1] = 11;
        message = Assert.ThrowsExactly<InvalidOperationException>(() => RowSplitter.Split(Rows(labels, groups, times), 0.2, stratify: false, seed: 1)).Message;
        StringAssert.Contains(message, "of 500 rows, 490 would be left to train on and 1 to validate on");
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void AStreamKeepsGroupsTogetherAndTimesInOrder(bool byTime)
    {
        // The weight column serves as the group or the time.
        var view = new GeneratedView(3000, 6, row => GeneratedRows.Classes(row) with { Weight = (row * 37 % 1000) + 1, Label = row }, isBoolean: false);
        var split = byTime ? new SplitColumns(null, view.Schema["Weight"]) : new SplitColumns(view.Schema["Weight"], null);
        var reader = new RowReader(view.Schema, "Features", "Label", null, allowMissingFeatures: true) { Split = split };
        var held = new HeldOut(0.3) { Since = byTime ? TimeSample.Cut(view, split, null, 0.3, 1, default) : null };
        var loaded = new RowLoader(reader, new MemoryLimits(100), 0, seed: 1).Read(view, DataPlacement.Stream, _ => held, gatherMoments: false, default);

        var trained = new List<float>();
        long number = 0;
        foreach (var block in reader.Blocks(view, () => false, default))
        {
            for (int row = 0; row < block.Rows; row++)
            {
                if (!loaded.Stream!.IsSkipped(block, row, number++))
                    trained.Add(block.Labels.Span[row]);
            }
        }

        Assert.AreEqual(loaded.Count, trained.Count);
        float[] validated = [.. loaded.Validation!.Labels];
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 3000).Select(row => (float)row).ToArray(), trained.Concat(validated).ToArray());
        Assert.AreEqual(900, validated.Length, byTime ? 0 : 130);
        int Mark(float row) => ((int)row * 37 % 1000) + 1;
        Assert.IsEmpty(trained.Select(Mark).Intersect(validated.Select(Mark)));
        if (byTime)
            Assert.IsLessThan(validated.Min(Mark), trained.Max(Mark));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void ARowWithoutAGroupOrATimeIsNamed(bool isStreamed)
    {
        foreach (bool byTime in new[] { false, true })
        {
            var view = new GeneratedView(300, 6, row => GeneratedRows.Classes(row) with { Weight = row == 123 ? float.NaN : row % 50 });
            var options = new DenseNetBinaryTrainer.Options { HiddenUnits = [3], NumberOfEpochs = 1, ValidationFraction = 0.2, DataPlacement = isStreamed ? DataPlacement.Stream : DataPlacement.Auto };
            (options.SamplingKeyColumnName, options.TimeColumnName) = byTime ? ((string?)null, "Weight") : ("Weight", null);
            string message = Assert.ThrowsExactly<InvalidOperationException>(() => _ml.BinaryClassification.Trainers.DenseNet(options).Fit(view)).Message;
            StringAssert.Contains(message, $"Column 'Weight' {(byTime ? "has no finite value" : "has no value")} at row 123");
        }
    }

    private static int[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(-50, 50))];
    }

    private static void AssertApart<T>(RowSet training, RowSet validation, Func<int, T> groupOf)
    {
        Assert.IsGreaterThan(0, training.Count);
        Assert.IsGreaterThan(0, validation.Count);
        Assert.IsEmpty(training.Labels.Select(row => groupOf((int)row)).Intersect(validation.Labels.Select(row => groupOf((int)row))));
    }

    /// <summary>Reads rows through ML.NET; each row's label is its number.</summary>
    private RowSet Read(int[] numbers, string? group, string? time)
    {
        var data = _ml.Data.LoadFromEnumerable(numbers.Select((number, row) => SplitRow.Of(row, number)));
        data = _ml.Transforms.Conversion.MapValueToKey("Key", "Text").Fit(data).Transform(data);
        var columns = new SplitColumns(group is null ? null : data.Schema[group], time is null ? null : data.Schema[time]);
        return new RowReader(data.Schema, "Features", "Label", null, allowMissingFeatures: true) { Split = columns }.Read(data, default);
    }

    private static RowSet Rows(IReadOnlyList<float> labels, IReadOnlyList<ulong>? groups, IReadOnlyList<ulong>? times)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Group", NumberDataViewType.UInt64);
        builder.AddColumn("Time", NumberDataViewType.UInt64);
        var schema = builder.ToSchema();
        ulong[] keys = [.. Enumerable.Range(0, labels.Count).SelectMany(row => new[] { groups?[row], times?[row] }.OfType<ulong>())];
        var block = new RowBlock(labels.Count, new float[labels.Count], labels.ToArray(), default) { SplitKeys = keys };
        return new RowSet(1, hasWeights: false, [block]) { Split = new SplitColumns(groups is null ? null : schema["Group"], times is null ? null : schema["Time"]) };
    }
}
