using System.Text.Json;
using System.Xml.Linq;

namespace Microsoft.ML.DenseNet.Reporting.Tests;

[TestClass]
public sealed class TrainingReportTests
{
    public static IEnumerable<object[]> Tasks => [["Binary"], ["Multiclass"], ["Regression"], ["Default"]];

    internal static (ITransformer Model, IDataView Test, TrainingReportOptions Options) Of(string task) => task switch
    {
        "Binary" => TrainedModels.Binary,
        "Multiclass" => TrainedModels.Multiclass,
        "Default" => TrainedModels.Default,
        "Explained" => ExplainedModels.Report,
        _ => TrainedModels.Regression,
    };

    [TestMethod]
    [DynamicData(nameof(Tasks))]
    public void The_page_is_well_formed_and_has_each_section(string task)
    {
        var page = Page(task);
        string[] sections = [.. page.Descendants("section").Select(section => (string)section.Attribute("id")!)];
        string[] expected = ["results", "training", "network", "data", "options", "model", "versions"];
        CollectionAssert.AreEqual(expected.Where(name => name != "options" || task != "Regression").ToArray(), sections);
        foreach (var link in page.Descendants("nav").Descendants("a"))
            Assert.Contains(((string)link.Attribute("href")!)[1..], sections);

        string[] ids = [.. page.Descendants().Attributes("id").Select(id => id.Value)];
        Assert.AreEqual(ids.Length, ids.Distinct().Count());
        foreach (var section in page.Descendants("section"))
            Assert.IsGreaterThan(1, section.Elements().Count());
    }

    [TestMethod]
    [DynamicData(nameof(Tasks))]
    public void The_page_asks_for_nothing_from_elsewhere(string task)
    {
        var page = Page(task);
        foreach (var attribute in page.Descendants().Attributes().Where(attribute => attribute.Name.LocalName is "src" or "href" or "srcset" or "action"))
            Assert.IsTrue(attribute.Value.StartsWith('#') || attribute.Value.StartsWith("data:", StringComparison.Ordinal), attribute.ToString());
        string style = page.Descendants("style").Single().Value;
        Assert.DoesNotContain("@import", style);
        Assert.DoesNotContain("url(", style);
    }

    [TestMethod]
    public void The_pictures_fit_the_task()
    {
        CollectionAssert.IsSubsetOf(new[] { "Confusion", "Receiver", "Precision", "Calibration:", "Importance" }, FirstWords("Binary"));
        CollectionAssert.IsSubsetOf(new[] { "Confusion", "Receiver", "Predicted" }, FirstWords("Multiclass"));
        CollectionAssert.Contains(FirstWords("Regression"), "Predicted");
        CollectionAssert.DoesNotContain(FirstWords("Regression"), "Confusion");

        static List<string> FirstWords(string task) => [.. Page(task).Descendants("svg").Select(svg => ((string)svg.Attribute("aria-label")!).Split(' ')[0])];
    }

    [TestMethod]
    [DynamicData(nameof(Tasks))]
    public void Every_picture_has_values_to_show(string task)
    {
        var page = Page(task);
        using var data = JsonDocument.Parse(page.Descendants("script").First().Value);
        var figures = page.Descendants("figure").ToList();
        Assert.AreEqual(figures.Count, data.RootElement.EnumerateObject().Count());
        foreach (var figure in figures)
        {
            var values = data.RootElement.GetProperty((string)figure.Attribute("id")!);
            Assert.IsGreaterThan(0, values.GetProperty("wide").GetArrayLength());
            Assert.IsGreaterThan(0, values.GetProperty("narrow").GetArrayLength());
            if (!values.TryGetProperty("texts", out var texts))
                continue;
            foreach (var mark in values.GetProperty("wide").EnumerateArray())
                Assert.IsLessThan(texts.GetArrayLength(), mark[2].GetInt32());
        }
    }

    [TestMethod]
    public void Measures_options_and_versions_are_there()
    {
        string text = Page("Binary").Value;
        Assert.Contains("Area under the ROC curve", text);
        Assert.Contains("95 % interval", text);
        Assert.Contains("Microsoft.ML.DenseNet", text);
        Assert.Contains("TorchSharp", text);
        Assert.Contains("mlContext.Model.Load(\"model.zip\"", text);
        var tables = Page("Binary").Descendants("section").Single(section => (string?)section.Attribute("id") == "options").Descendants("tbody")
            .Select(table => table.Elements("tr").ToDictionary(row => row.Elements().First().Value, row => row.Elements().Last().Value)).ToList();
        Assert.HasCount(2, tables);
        Assert.AreEqual("80", tables[0]["NumberOfEpochs"]);
        Assert.AreEqual("Sequential(Linear(8), Sum(ReLU, Tanh), Linear(4), ReLU)", tables[0]["Network"]);
        Assert.AreEqual("on", tables[1]["ScaleFeatures"]);
        Assert.DoesNotContain("Observers", tables.SelectMany(table => table.Keys));
    }

    [TestMethod]
    public void Text_from_outside_stays_text()
    {
        var (model, test, options) = TrainedModels.Binary;
        string html = TrainingReport.ToHtml(model, test, options with
        {
            Title = "</title><script>alert(1)</script>",
            Description = "a < b && c \u0001 \"quoted\"",
            ClassNames = ["</script><b>", "]]>"],
            ModelFileName = "C:\\models\\\"a\".zip",
        });
        Assert.DoesNotContain("<script>alert", html);
        var page = Parse(html);
        Assert.AreEqual("</title><script>alert(1)</script>", page.Descendants("h1").Single().Value);
        Assert.HasCount(2, page.Descendants("script").ToList());
        Assert.Contains("Load(\"C:\\\\models\\\\\\\"a\\\".zip\"", page.Value);
    }

    [TestMethod]
    public void Averaged_networks_are_said_to_be()
    {
        string text = Page("Default").Value;
        Assert.Contains("mean of 4 networks", text);
        Assert.Contains("4 networks, averaged", text);
        Assert.DoesNotContain("Weights kept", text);
        Assert.DoesNotContain("weights of epoch", text);
    }

    [TestMethod]
    public void Names_may_hold_anything()
    {
        var ml = TrainedModels.Ml;
        var data = TestRow.Data(ml, 2, 60, 2, namePrefix: "a\u0001b\ud800");
        var model = ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { HiddenUnits = [4], NumberOfEpochs = 1 }).Fit(data);
        Parse(TrainingReport.ToHtml(model, data, new TrainingReportOptions { Title = "a\ud800b\u0002", ClassNames = ["\u0003", "\udc00"], ModelFileName = "\u0004.zip" }));
    }

    [TestMethod]
    public void A_module_of_the_users_own_is_told_to_be_registered()
    {
        var ml = TrainedModels.Ml;
        var data = TestRow.Data(ml, 2, 60, 2);
        var options = new DenseNetBinaryTrainer.Options { Module = inputs => TorchSharp.torch.nn.Linear(inputs, 1), ModuleName = "a line", NumberOfEpochs = 1 };
        string text = Parse(TrainingReport.ToHtml(ml.BinaryClassification.Trainers.DenseNet(options).Fit(data), data)).Value;
        Assert.Contains("DenseNetModules.Register(\"a line\"", text);
        Assert.DoesNotContain("no libtorch", text);
    }

    [TestMethod]
    public void Classes_have_the_names_given_everywhere()
    {
        var (model, test, options) = TrainedModels.Multiclass;
        var page = Parse(TrainingReport.ToHtml(model, test, options with { ClassNames = ["setosa", "versicolor", "virginica"], Probabilities = null }));
        Assert.DoesNotContain("class 1", page.Descendants("section").Where(section => (string?)section.Attribute("id") is "results" or "data").Select(section => section.Value).Aggregate(string.Concat));
    }

    [TestMethod]
    public void Values_have_their_unit()
    {
        var (model, test, options) = TrainedModels.Regression;
        string text = Parse(TrainingReport.ToHtml(model, test, options with { LabelUnit = "mm" })).Value;
        Assert.Contains("Mean absolute error, mm", text);
        Assert.Contains("Predicted Value (mm)", text);
        Assert.Contains("Loss (nats per row)", Page("Binary").Value);
    }

    [TestMethod]
    public void A_pipeline_is_searched_for_its_network()
    {
        var ml = TrainedModels.Ml;
        var train = TestRow.Data(ml, 3, 60, 2);
        var pipeline = ml.Transforms.CopyColumns("Inputs", "Features")
            .Append(ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { FeatureColumnName = "Inputs", HiddenUnits = [4], NumberOfEpochs = 1 }))
            .Append(ml.Transforms.CopyColumns("Copy", "Score"));
        var page = Parse(TrainingReport.ToHtml(pipeline.Fit(train), train));
        Assert.Contains("1 epoch", page.Value);

        var other = ml.Transforms.CopyColumns("Inputs", "Features").Fit(train);
        Assert.ThrowsExactly<ArgumentException>(() => TrainingReport.ToHtml(other, train));
        Assert.ThrowsExactly<ArgumentException>(() => TrainingReport.ToHtml(TrainedModels.Binary.Model, TrainedModels.Binary.Test, new TrainingReportOptions { LabelColumnName = "Missing" }));
    }

    [TestMethod]
    public void A_failed_write_leaves_the_older_page()
    {
        using var folder = new TestFolder();
        var (model, test, options) = TrainedModels.Regression;
        string path = folder.File("report.html");
        TrainingReport.Write(path, model, test, options);
        string older = File.ReadAllText(path);
        Assert.ThrowsExactly<ArgumentException>(() => TrainingReport.Write(path, model, test, options with { LabelColumnName = "Missing" }));
        Assert.AreEqual(older, File.ReadAllText(path));
        CollectionAssert.AreEqual(new[] { path }, Directory.GetFileSystemEntries(folder.Root));
    }

    private static XElement Page(string task)
    {
        var (model, test, options) = Of(task);
        return Parse(TrainingReport.ToHtml(model, test, options));
    }

    private static XElement Parse(string html)
    {
        const string Doctype = "<!DOCTYPE html>\n";
        StringAssert.StartsWith(html, Doctype);
        return XDocument.Parse(html[Doctype.Length..]).Root!;
    }
}
