using System.Globalization;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.DenseNet.Benchmarks;
using Microsoft.ML.DenseNet.Benchmarks.Quality;

namespace Microsoft.ML.DenseNet.Tests;

[TestClass]
public sealed class QualityVerbTests
{
    private const int TrainRows = 60;
    private const int TestRows = 30;

    private readonly string _folder = Directory.CreateTempSubdirectory("densenet-quality-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private string Out => Path.Combine(_folder, "out");

    [TestInitialize]
    public void WriteData()
    {
        Directory.CreateDirectory(Data);
        File.WriteAllText(
            Path.Combine(Data, "manifest.csv"),
            $"""
            name,task,rows_train,rows_test,numeric_columns,categorical_columns,classes,positive_label,source,licence_or_origin
            coin,binary,{TrainRows},{TestRows},width;height,digit,2,heads,"made, here",none
            soil,multiclass,{TrainRows},{TestRows},width;height,digit,3,,made here,none
            price,regression,{TrainRows},{TestRows},width;height,digit,,,made here,none

            """);
        WriteDataset("coin", random => random < 0.5f ? "heads" : "tails");
        WriteDataset("soil", random => random < 0.3f ? "sand" : random < 0.6f ? "clay, \"red\"" : "0");
        WriteDataset("price", random => random.ToString("0.0000", CultureInfo.InvariantCulture));
    }

    [TestCleanup]
    public void DeleteData() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Thinning_reaches_the_share_of_positives_in_both_files()
    {
        var whole = Read("coin");
        var thinned = new Thinning(TrainRows: 20, Positives: 0.1).Apply(whole, seed: 1);

        Assert.HasCount(20, thinned.Train.Labels);
        Assert.AreEqual(2, thinned.Train.Labels.Count(label => label == "heads"));
        int negatives = whole.Test.Labels.Count(label => label != "heads");
        Assert.AreEqual(0.1, thinned.Test.Labels.Count(label => label == "heads") / (double)thinned.Test.Labels.Count, 0.05);
        Assert.AreEqual(negatives, thinned.Test.Labels.Count(label => label != "heads"), delta: 1.0, "test rows are left out for the share alone");
        foreach (var table in new[] { thinned.Train, thinned.Test })
            CollectionAssert.AreEqual(table.Labels.Select(label => label == "heads").ToArray(), table.View.GetColumn<bool>(ColumnNames.Label).ToArray());
    }

    [TestMethod]
    public void Thinning_without_a_share_keeps_the_test_rows()
    {
        var whole = Read("price");
        var thinned = new Thinning(TrainRows: 20, Positives: null).Apply(whole, seed: 3);

        Assert.HasCount(20, thinned.Train.Labels);
        Assert.AreSame(whole.Test, thinned.Test);
        CollectionAssert.IsSubsetOf(thinned.Train.Labels.ToArray(), whole.Train.Labels.ToArray());
    }

    [TestMethod]
    public void Writes_predictions_and_results_of_all_tasks()
    {
        Assert.AreEqual(0, Run("--trainers", "lightgbm,linear", "--seeds", "1,2"));

        string[] binary = File.ReadAllLines(Path.Combine(Out, "coin.lightgbm.2.predictions.csv"));
        Assert.HasCount(TestRows + 1, binary);
        Assert.AreEqual("row,label,probability", binary[0]);
        var testLabels = Read("coin").Test.Labels;
        for (int row = 0; row < TestRows; row++)
            Assert.StartsWith($"{row},{testLabels[row]},", binary[row + 1]);
        Assert.StartsWith("row,label,prediction", File.ReadAllText(Path.Combine(Out, "price.linear.1.predictions.csv")));
        using (var classes = CsvFile.Open(Path.Combine(Out, "soil.linear.1.predictions.csv")))
            CollectionAssert.AreEqual(new[] { "row", "label" }.Concat(Read("soil").Train.Labels.Distinct()).ToArray(), classes.Headers.ToArray());

        string[] results = File.ReadAllLines(Path.Combine(Out, "results.csv"));
        Assert.AreEqual("dataset,task,trainer,seed,metric,value,fit_seconds,predict_seconds,test_rows", results[0]);
        Assert.HasCount(1 + 2 * 2 * (5 + 6 + 3), results, "2 trainers, 2 seeds, 5, 6 and 3 metrics of the datasets");
        Assert.StartsWith("coin,binary,lightgbm,1,auc,", results[1]);
    }

    [TestMethod]
    public void Learns_from_the_right_columns()
    {
        Assert.AreEqual(0, Run("--trainers", "linear"));

        // The label follows from width: what the model says of it must be far better than chance.
        var results = File.ReadLines(Path.Combine(Out, "results.csv")).Select(line => line.Split(',')).Skip(1)
            .ToDictionary(fields => (fields[0], fields[4]), fields => double.Parse(fields[5], CultureInfo.InvariantCulture));
        Assert.IsGreaterThan(0.95, results[("coin", "auc")]);
        Assert.IsGreaterThan(0.8, results[("soil", "auc")]);
        Assert.IsGreaterThan(0.8, results[("price", "r2")]);
    }

    [TestMethod]
    public void Keeps_earlier_runs_and_replaces_repeated_ones()
    {
        Run("--trainers", "linear", "--datasets", "coin,price");
        string[] first = File.ReadAllLines(Path.Combine(Out, "results.csv"));
        Run("--trainers", "lightgbm", "--datasets", "price");
        Run("--trainers", "linear", "--datasets", "coin");
        string[] last = File.ReadAllLines(Path.Combine(Out, "results.csv"));

        Assert.HasCount(first.Length + 3, last);
        CollectionAssert.AreEqual(first.Select(WithoutSeconds).ToArray(), last.Take(first.Length).Select(WithoutSeconds).ToArray());
        Assert.IsTrue(last.Skip(first.Length).All(line => line.StartsWith("price,regression,lightgbm,1,", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void A_search_takes_its_time_from_the_default_network()
    {
        Assert.ThrowsExactly<UsageException>(() => Run("--trainers", "lightgbm-tuned", "--datasets", "coin"), "no results say how long");

        string other = Path.Combine(_folder, "other");
        Directory.CreateDirectory(other);
        new ResultsFile(other).Replace("coin", "densenet", 1, [new ResultRow("coin", TabularTask.Binary, "densenet", 1, MetricNames.Auc, 1, FitSeconds: 0.1, PredictSeconds: 0.1)]);
        Assert.AreEqual(0, Run("--trainers", "lightgbm-tuned", "--datasets", "coin", "--tuning-from", other));
        Assert.AreEqual(0, Run("--trainers", "lightgbm-tuned", "--datasets", "coin,soil,price", "--tuning-seconds", "0.1"));
        Assert.ThrowsExactly<UsageException>(() => Run("--trainers", "lightgbm-tuned", "--datasets", "soil", "--tuning-from", other));
        Assert.ThrowsExactly<UsageException>(() => Run("--tuning-seconds", "-1"));
    }

    [TestMethod]
    public void Summary_merges_folders()
    {
        string other = Path.Combine(_folder, "other");
        Run("--trainers", "lightgbm", "--datasets", "price");
        new QualityVerb().Run(["--data", Data, "--out", other, "--trainers", "linear,constant", "--datasets", "price,coin"]);
        using var writer = new StringWriter();

        Assert.AreEqual(0, new QualitySummaryVerb(writer).Run(["--out", $"{Out},{other}"]));

        StringAssert.Matches(writer.ToString(), new(@"\| dataset +\| metric +\| lightgbm +\| linear +\| constant +\|"));
        StringAssert.Contains(writer.ToString(), "### Expected calibration error");
        Assert.ThrowsExactly<UsageException>(() => new QualitySummaryVerb(writer).Run(["--out", $"{Out},{Out}"]));
        Assert.ThrowsExactly<UsageException>(() => new QualitySummaryVerb(writer).Run(["--out", Data]));
    }

    [TestMethod]
    public void Types_come_from_the_manifest_and_empty_is_missing()
    {
        var table = Read("coin").Train;

        Assert.AreEqual(TextDataViewType.Instance, table.View.Schema["digit"].Type);
        Assert.AreEqual(NumberDataViewType.Single, table.View.Schema["width"].Type);
        Assert.AreEqual(BooleanDataViewType.Instance, table.View.Schema["Label"].Type);
        Assert.IsTrue(float.IsNaN(table.View.GetColumn<float>("height").First()));
        Assert.IsFalse(float.IsNaN(table.View.GetColumn<float>("height").Skip(1).First()));
        CollectionAssert.AreEqual(table.Labels.Select(label => label == "heads").ToArray(), table.View.GetColumn<bool>("Label").ToArray());
    }

    [TestMethod]
    public void Refuses_data_that_the_manifest_does_not_describe()
    {
        var info = Manifest.Read(Data)[1];

        Assert.ThrowsExactly<InvalidDataException>(() => Dataset.Read(Data, info with { ClassCount = 4 }));
        Assert.ThrowsExactly<InvalidDataException>(() => Dataset.Read(Data, info with { TestRows = TestRows - 1 }));
        Assert.ThrowsExactly<InvalidDataException>(() => Dataset.Read(Data, info with { NumericColumns = ["depth"] }));
        Assert.ThrowsExactly<InvalidDataException>(() => Dataset.Read(Data, Manifest.Read(Data)[0] with { PositiveLabel = "edge" }));
    }

    [TestMethod]
    public void Refuses_what_it_does_not_know()
    {
        Assert.ThrowsExactly<UsageException>(() => Run("--trainers", "catboost"));
        Assert.ThrowsExactly<UsageException>(() => Run("--datasets", "moon"));
        Assert.ThrowsExactly<UsageException>(() => Run("--seeds", "one"));
        Assert.ThrowsExactly<UsageException>(() => Run("--seed", "1"));
        Assert.ThrowsExactly<UsageException>(() => Run("--seeds"));
        Assert.ThrowsExactly<UsageException>(() => new QualityVerb().Run(["--data", Data]));
    }

    private Dataset Read(string name) => Dataset.Read(Data, Manifest.Read(Data).Single(info => info.Name == name));

    private static string WithoutSeconds(string line) => string.Join(',', line.Split(',')[..6]);

    private int Run(params string[] options) => new QualityVerb().Run(["--data", Data, "--out", Out, .. options]);

    /// <summary>The label follows from width alone; digit is a category that looks like a number; the first height is missing.</summary>
    private void WriteDataset(string name, Func<float, string> label)
    {
        var random = new Random(5);
        foreach (var (part, rows) in new[] { ("train", TrainRows), ("test", TestRows) })
        {
            var text = new StringBuilder("width,digit,height,Label\n");
            for (int row = 0; row < rows; row++)
            {
                float width = random.NextSingle();
                string value = label(width);
                string quoted = value.Contains('"', StringComparison.Ordinal) ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;
                text.Append(CultureInfo.InvariantCulture, $"{width},{random.Next(3)},{(row == 0 ? "" : random.Next(100))},{quoted}\n");
            }

            File.WriteAllText(Path.Combine(Data, $"{name}.{part}.csv"), text.ToString());
        }
    }
}
