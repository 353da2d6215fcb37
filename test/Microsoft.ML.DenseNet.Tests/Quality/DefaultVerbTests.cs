using Microsoft.ML.DenseNet.Benchmarks;
using Microsoft.ML.DenseNet.Benchmarks.Default;

namespace Microsoft.ML.DenseNet.Tests;

[TestClass]
public sealed class DefaultVerbTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("densenet-default-").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Measurements_in_the_file_are_kept()
    {
        string path = Path.Combine(_folder, "out.csv");
        var first = new DefaultResultsFile(path);
        first.Add(new DefaultResult("a", "lightgbm", 1, Measurement(1.5, 0.1)));
        first.Add(new DefaultResult("a", "lightgbm", 2, Measurement(double.Pi, double.NaN)));

        var second = new DefaultResultsFile(path);
        Assert.IsTrue(second.Has("a", "lightgbm", 2));
        Assert.IsFalse(second.Has("a", "lightgbm", 3));
        second.Add(new DefaultResult("b", "lightgbm", 1, Measurement(2, 0.3)));

        CollectionAssert.AreEqual(second.Results.ToArray(), new DefaultResultsFile(path).Results.ToArray());
        Assert.HasCount(3, second.Results);
        File.WriteAllText(path, "dataset,trainer,fit s\n");
        Assert.ThrowsExactly<UsageException>(() => new DefaultResultsFile(path));
    }

    [TestMethod]
    public void Refuses_names_that_it_does_not_know()
    {
        File.WriteAllText(Path.Combine(_folder, "manifest.csv"), "name,task,rows_train,rows_test,numeric_columns,categorical_columns,classes,positive_label\nprice,regression,1,1,x,,,\n");
        void Run(params string[] options) => new DefaultVerb().Run(["--data", _folder, .. options]);

        StringAssert.Contains(Assert.ThrowsExactly<UsageException>(() => Run("--trainers", "lightgbm,catboost")).Message, "catboost");
        StringAssert.Contains(Assert.ThrowsExactly<UsageException>(() => Run("--datasets", "synthetic-500x5,moon")).Message, "moon");
        StringAssert.Contains(Assert.ThrowsExactly<UsageException>(() => Run("--datasets", "price", "--seeds", "one")).Message, "one");
        StringAssert.Contains(Assert.ThrowsExactly<UsageException>(() => Run("--datasets", "price", "--picture", "a.svg")).Message, "a.svg");
    }

    [TestMethod]
    public void Ratios_are_geometric_means_and_solved_datasets_do_not_rule_them()
    {
        var measurements = new Dictionary<(string Dataset, string Trainer), DefaultMeasurement>
        {
            [("a", "lightgbm")] = Measurement(1, 0.1),
            [("a", "densenet")] = Measurement(8, 0.2),
            [("solved", "lightgbm")] = Measurement(1, 0),
            [("solved", "densenet")] = Measurement(2, 0.01),
            [("price", "lightgbm")] = Measurement(1, 100, logLoss: double.NaN),
            [("price", "densenet")] = Measurement(4, 50, logLoss: double.NaN),
        };

        var ratios = CostRatios.Compare(measurements, ["densenet", "lightgbm"], ["a", "solved", "price"]);

        Assert.AreEqual(4, ratios[0].Fit, 1e-12);
        Assert.AreEqual(Math.Cbrt(2 * (0.01 / 0.005) * 0.5), ratios[0].Error, 1e-12);
        Assert.AreEqual(Math.Cbrt(0.5), ratios[0].Loss, 1e-12, "log-losses are equal, the RMSE is halved");
        Assert.AreEqual(1, ratios[1].Error);
    }

    [TestMethod]
    public void Front_is_what_none_beats_in_time_and_error()
    {
        CostPoint[] points = [new("slow and bad", true, 5, 2), new("best", true, 9, 0.5), new("quick", true, 1, 1), new("as quick but worse", true, 1, 3), new("middle", true, 4, 0.8)];

        CollectionAssert.AreEqual(new[] { "quick", "middle", "best" }, CostPoint.Front(points).Select(point => point.Name).ToArray());
    }

    [TestMethod]
    public void Labels_overlap_neither_each_other_nor_points_nor_lines()
    {
        var placement = new LabelPlacement(300, 200);
        placement.Avoid((100, 0), (100, 200));
        (double X, double Y)[] points = [(100, 50), (110, 60), (290, 100), (10, 190)];

        var boxes = placement.Place(points, [.. points.Select(_ => (60.0, 12.0))]);

        for (int i = 0; i < boxes.Count; i++)
        {
            Assert.AreEqual(60 * 12, boxes[i].Overlap(new LabelBox(150, 100, 300, 200)), 1e-9, "inside");
            Assert.AreEqual(0, boxes[i].Overlap(new LabelBox(100, 100, 4, 200)), "the line");
            Assert.AreEqual(0, points.Sum(point => boxes[i].Overlap(new LabelBox(point.X, point.Y, 9, 9))), "points");
            Assert.AreEqual(0, boxes.Where((_, other) => other != i).Sum(boxes[i].Overlap), "labels");
        }
    }

    [TestMethod]
    [DataRow(0.5, 60.0, "0.5 1 2 5 10 20 50")]
    [DataRow(0.05, 5000.0, "0.1 1 10 100 1000")]
    [DataRow(0.87, 1.06, "0.9 0.95 1 1.05")]
    [DataRow(0.99, 1.01, "0.99 1 1.01")]
    public void Ticks_are_round_ratios(double low, double high, string expected) =>
        Assert.AreEqual(expected, string.Join(' ', RatioTicks.Between(low, high).Select(tick => tick.Label)));

    [TestMethod]
    public void Draws_a_picture()
    {
        string path = Path.Combine(_folder, "cost.png");
        string[] trainers = ["densenet", "lightgbm"];
        new DefaultReport(trainers.Select((trainer, i) => new DefaultResult("a", trainer, 1, Measurement(i + 1, 0.1 * (2 - i))))).Draw(path);

        using var picture = SkiaSharp.SKBitmap.Decode(path);
        Assert.AreEqual((1600, 800), (picture.Width, picture.Height));
        Assert.IsTrue(picture.Pixels.Contains(SkiaSharp.SKColor.Parse("#0368CE")), "the marker of DenseNet");
        Assert.ThrowsExactly<UsageException>(() => new DefaultReport([new DefaultResult("a", "densenet", 1, Measurement(1, 0.1))]).Draw(path));
    }

    private static DefaultMeasurement Measurement(double seconds, double error, double logLoss = 0.4) => new(seconds, 10, 5, 50, 4, 10, error, logLoss);
}
