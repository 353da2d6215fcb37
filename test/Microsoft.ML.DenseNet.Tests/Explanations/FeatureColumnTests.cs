namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The columns that slots belong to: from names, one-hot blocks, category columns and the caller, and their sums.</summary>
[TestClass]
public sealed class FeatureColumnTests
{
    private readonly MLContext _ml = new(seed: 1);

    private static IEnumerable<object[]> Names() =>
    [
        ["age income", "age income", "0..1 1..2"],
        ["age job.a job.b job.c x", "age job x", "0..1 1..4 4..5"],
        ["job.a job.b town.c town.a", "job town", "0..2 2..4"],
        ["job.a b job.c", "job.a b job.c", "0..1 1..2 2..3"],
        ["x.y job.a.1 job.a.2", "x.y job", "0..1 1..3"],
        ["v.1.5 v.1.6", "v", "0..2"],
        [".x .y", ".x .y", "0..1 1..2"],
    ];

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void NamesOfConcatenatedVectorsTellTheColumn(string names, string columns, string slots)
    {
        string[] all = names.Split(' ');
        var network = TestNetworks.Create(all.Length, 1).With(new NetworkSignature(LearningTask.Regression) { FeatureNames = all });
        var found = FeatureColumns.Of(network);
        Assert.AreEqual(columns, string.Join(' ', found.Select(column => column.Name)));
        Assert.AreEqual(slots, string.Join(' ', found.Select(column => column.Slots)));
    }

    [TestMethod]
    public void OneHotBlocksOfTheNetworkAreColumns()
    {
        var layer = Layer.Sequential(Layer.RobustScale, Layer.Concat(Layer.Select(new SlotRange(0, 3)), Layer.Sequential(Layer.Select(new SlotRange(3, 4)), Layer.Linear(2, bias: false)), Layer.Select(new SlotRange(7, 1))), Layer.Linear(1));
        Assert.AreEqual("0..1 1..2 2..3 3..7 7..8", string.Join(' ', FeatureColumns.Of(TestNetworks.Create(layer, 8)).Select(column => column.Slots)));
    }

    [TestMethod]
    public void TheSlotsOfAColumnAreSummed()
    {
        var random = new Random(1);
        var network = RandomNetworks.WithWeights(Layer.Sequential(Layer.Linear(9), Layer.Tanh, Layer.Linear(3)), 6, random);
        var background = network.Background(random);
        FeatureColumn[] columns = [new("b", new SlotRange(3, 3)), new("a", new SlotRange(0, 2)), new("c", new SlotRange(2, 1))];
        using var slots = network.Trained().CreateExplainer(new ExplanationOptions { Background = background });
        using var grouped = network.Trained().CreateExplainer(new ExplanationOptions { Background = background, View = ContributionView.Columns, Columns = columns });
        float[] row = network.NextRow(random);
        var (expected, found) = (slots.Explain(row), grouped.Explain(row));
        CollectionAssert.AreEqual(columns, found.Features.ToArray());
        for (int output = 0; output < 3; output++)
        {
            for (int i = 0; i < columns.Length; i++)
                Assert.AreEqual(expected.Outputs[output].Contributions.Skip(columns[i].Slots.Start).Take(columns[i].Slots.Count).Sum(), found.Outputs[output].Contributions[i], 1e-6);
        }
    }

    [TestMethod]
    public void ColumnsMustHoldEachSlotOnce()
    {
        string Message(params FeatureColumn[] columns) => Assert.ThrowsExactly<ArgumentException>(() => TestNetworks.Create(3, 1).CreateExplainer(
            new ExplanationOptions { Background = new BackgroundRows([1, 2, 3], 3), View = ContributionView.Columns, Columns = columns })).Message;
        StringAssert.Contains(Message(new FeatureColumn("a", new SlotRange(0, 2))), "slot 2 is in no column");
        StringAssert.Contains(Message(new FeatureColumn("a", new SlotRange(0, 2)), new FeatureColumn("b", new SlotRange(1, 2))), "slot 1 is in the columns 'a' and 'b'");
        StringAssert.Contains(Message(new FeatureColumn("a", new SlotRange(0, 4))), "column 'a' has the slots 0..4, which must lie in 0..3");
        StringAssert.Contains(Message(new FeatureColumn("a", new SlotRange(0, int.MaxValue))), "which must lie in 0..3");
        StringAssert.Contains(Message(new FeatureColumn("a", new SlotRange(-1, 4))), "which must lie in 0..3");
    }

    [TestMethod]
    public void EncodedCategoriesAndKeyColumnsAreColumns()
    {
        string[] jobs = ["clerk", "cook", "pilot"], towns = ["Oslo", "Rome", "Lima", "Bonn"];
        var random = new Random(2);
        var people = Enumerable.Range(0, 150).Select(_ => new Person { Age = random.Next(20, 60), Job = jobs[random.Next(3)], Town = towns[random.Next(4)] }).ToArray();
        foreach (var person in people)
            person.Income = (person.Age / 10) + (person.Job == "pilot" ? 5 : 0) + (person.Town == "Rome" ? -2 : 0) + (0.1f * random.NextSingle());
        var pipeline = _ml.Transforms.Categorical.OneHotEncoding("Work", nameof(Person.Job)).Append(_ml.Transforms.Conversion.MapValueToKey("Place", nameof(Person.Town))).Append(_ml.Transforms.Concatenate("Features", nameof(Person.Age), "Work"));
        var data = _ml.Data.LoadFromEnumerable(people);
        data = pipeline.Fit(data).Transform(data);
        var model = _ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options
        {
            LabelColumnName = nameof(Person.Income), CategoryColumnNames = ["Place"], HiddenUnits = [16], NumberOfEpochs = 60, NumberOfBackgroundRows = 16, Seed = 1,
        }).Fit(data);
        var first = model.Explain(data, new ExplanationOptions { View = ContributionView.Columns }).First();
        CollectionAssert.AreEqual(new[] { "Age", "Work", "Place" }, first.Features.Select(feature => feature.Name).ToArray());
        Assert.AreEqual("0..1 1..4 4..8", string.Join(' ', first.Features.Select(feature => feature.Slots)));
        Assert.AreEqual(first.Score, first.BaseValue + first.Contributions.Sum(), 1e-4);

        // The training made pilots earn more: that shows in the contribution of their column.
        Explanation[] all = [.. model.Explain(data, new ExplanationOptions { View = ContributionView.Columns })];
        double Mean(string job) => all.Zip(people).Where(pair => pair.Second.Job == job).Average(pair => pair.First.Contributions[1]);
        Assert.AreEqual(5, Mean("pilot") - Mean("clerk"), 1);

        var exception = Assert.Throws<Exception>(() => _ml.Transforms.CalculateFeatureContribution(model).Fit(data).Transform(data).Preview(1));
        StringAssert.Contains(exception.GetBaseException().Message, "The model reads 'Place' besides the feature column");
    }

    private sealed class Person
    {
        public float Age { get; set; }

        public string Job { get; set; } = "";

        public string Town { get; set; } = "";

        public float Income { get; set; }
    }
}
