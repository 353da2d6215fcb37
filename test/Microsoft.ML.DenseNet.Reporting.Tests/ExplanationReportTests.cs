using System.Xml.Linq;

namespace Microsoft.ML.DenseNet.Reporting.Tests;

/// <summary>The report's section with explanations.</summary>
[TestClass]
public sealed class ExplanationReportTests
{
    [TestMethod]
    [DataRow("Binary", 4)]
    [DataRow("Multiclass", 2)]
    [DataRow("Regression", 5)]
    public void The_section_has_its_pictures_and_tables(string task, int features)
    {
        var (model, test, options) = TrainingReportTests.Of(task);
        var section = Section(model, test, options with { ExplainedRows = 40, ExplainedFeatures = 2 })!;
        string[] pictures = [.. section.Descendants("svg").Where(svg => (string)((XElement)svg.Parent!).Attribute("class")! == "wide").Select(svg => (string)svg.Attribute("aria-label")!)];
        Assert.StartsWith("Mean absolute contributions", pictures[0]);
        Assert.HasCount(1, pictures.Where(text => text.StartsWith("Contributions of", StringComparison.Ordinal)));
        Assert.HasCount(2, pictures.Where(text => text.StartsWith("Contribution of", StringComparison.Ordinal)));
        Assert.HasCount(2, pictures.Where(text => text.Contains("on average over 40 rows", StringComparison.Ordinal)));
        Assert.HasCount(1, pictures.Where(text => text.StartsWith("Interactions", StringComparison.Ordinal)));
        Assert.HasCount(3, pictures.Where(text => text.StartsWith("Contributions to", StringComparison.Ordinal)));
        Assert.Contains(task == "Regression" ? "40 of 150 test rows" : task == "Binary" ? "40 of 150 test rows" : "40 of 120 test rows", section.Value);
        Assert.Contains("of these rows, because the model stores no background rows", section.Value);
        Assert.AreEqual(task == "Binary", section.Value.Contains("permutation importance", StringComparison.Ordinal));
        Assert.HasCount(features, section.Descendants("table").First().Descendants("tbody").Single().Elements("tr").ToList());
    }

    [TestMethod]
    public void There_is_none_unless_rows_are_asked_for()
    {
        var (model, test, options) = TrainedModels.Regression;
        Assert.IsNull(Section(model, test, options));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TrainingReport.ToHtml(model, test, options with { ExplainedRows = -1 }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TrainingReport.ToHtml(model, test, options with { ExplainedRows = 5, ExplainedFeatures = 0 }));
    }

    [TestMethod]
    public void Background_rows_of_the_model_are_used()
    {
        var ml = TrainedModels.Ml;
        var data = TestRow.Data(ml, 1, 80, 2);
        var model = ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { HiddenUnits = [4], NumberOfEpochs = 2, NumberOfBackgroundRows = 16 }).Fit(data);
        var section = Section(model, data, new TrainingReportOptions { ExplainedRows = 1 })!;
        Assert.Contains("the 16 background rows that the model stores", section.Value);
        Assert.DoesNotContain("Interactions of", section.Value); // one feature has no partner
    }

    [TestMethod]
    public void A_torch_module_has_what_needs_no_gradient()
    {
        var ml = TrainedModels.Ml;
        var data = TestRow.Data(ml, 3, 80, 2);
        var model = ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { Module = inputs => TorchSharp.torch.nn.Linear(inputs, 1), ModuleName = "explained", NumberOfEpochs = 2 }).Fit(data);
        var section = Section(model, data, new TrainingReportOptions { ExplainedRows = 30 })!;
        Assert.Contains("contributions are left out", section.Value);
        Assert.HasCount(4, section.Descendants("figure").ToList()); // three features and the interactions
    }

    private static XElement? Section(ITransformer model, IDataView test, TrainingReportOptions options)
    {
        string html = TrainingReport.ToHtml(model, test, options);
        var page = XDocument.Parse(html[html.IndexOf('\n')..]).Root!;
        return page.Descendants("section").SingleOrDefault(section => (string?)section.Attribute("id") == "explanations");
    }
}
