using System.Xml.Linq;

namespace Microsoft.ML.DenseNet.Reporting.Tests;

/// <summary>Slices and drift on the report's page.</summary>
[TestClass]
public sealed class DriftReportTests
{
    [TestMethod]
    public void The_page_has_slices_and_drift_where_they_are_asked_for()
    {
        var (model, test, options) = TrainedModels.Binary;
        options = options with { SliceColumns = ["Class", "Value"], RecentData = Shifted() };
        var page = Page(model, test, options);
        TrainingReport.Write(Path.Combine(TestFolder.Artifacts, "slices and drift.html"), model, test, options);
        string[] sections = [.. page.Descendants("section").Select(section => (string)section.Attribute("id")!)];
        CollectionAssert.IsSubsetOf(new[] { "slices", "drift" }, sections);
        var slices = Section(page, "slices");
        Assert.Contains("Accuracy of all 150 test rows is", slices.Value);
        Assert.Contains("by chance alone", slices.Value);
        Assert.Contains("Class: class 0", slices.Value);
        Assert.Contains("Value: from", slices.Value);
        Assert.HasCount(1, slices.Descendants("figure"));
        var drift = Section(page, "drift");
        Assert.Contains("80 recent rows", drift.Value);
        Assert.Contains("large", drift.Descendants("tbody").First().Value);
        Assert.Contains("Rows unlike the training", drift.ToString());
        Assert.HasCount(1, drift.Descendants("figure"));

        var plain = Page(model, test, TrainedModels.Binary.Options);
        Assert.DoesNotContain("slices", plain.Descendants("section").Select(section => (string)section.Attribute("id")!));
        Assert.DoesNotContain("drift", plain.Descendants("section").Select(section => (string)section.Attribute("id")!));
    }

    [TestMethod]
    public void Statistics_of_the_model_or_of_the_training_data_are_compared_with()
    {
        var ml = TrainedModels.Ml;
        var train = TestRow.Data(ml, 4, 200, 2);
        var trainer = new DenseNetBinaryTrainer.Options { HiddenUnits = [4], NumberOfEpochs = 5, StoreStatistics = true, Seed = 1 };
        var stored = ml.BinaryClassification.Trainers.DenseNet(trainer).Fit(train);
        trainer.StoreStatistics = false;
        var plain = ml.BinaryClassification.Trainers.DenseNet(trainer).Fit(train);
        var options = new TrainingReportOptions { RecentData = Shifted() };
        string first = Section(Page(stored, train, options), "drift").Descendants("tbody").First().ToString();
        string second = Section(Page(plain, train, options with { TrainingData = train }), "drift").Descendants("tbody").First().ToString();
        Assert.AreEqual(first, second);
        Assert.Contains(nameof(DenseNetOptions.StoreStatistics), Assert.ThrowsExactly<ArgumentException>(() => TrainingReport.ToHtml(plain, train, options)).Message);
        Assert.Contains("MinimumSliceRows", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TrainingReport.ToHtml(plain, train, new TrainingReportOptions { MinimumSliceRows = 0 })).Message);
    }

    [TestMethod]
    public void Numbers_have_slices_too_and_few_rows_say_so()
    {
        var (model, test, options) = TrainedModels.Regression;
        var page = Page(model, test, options with { SliceColumns = ["Class"], MinimumSliceRows = 40 });
        Assert.Contains("Root mean squared error of all 150 test rows", Section(page, "slices").Value);
        var none = Section(Page(model, test, options with { SliceColumns = ["Class"], MinimumSliceRows = 500 }), "slices");
        Assert.Contains("No slice has enough rows", none.Value);
        Assert.Contains("3 values with 150 rows together are left out", none.Value);
    }

    [TestMethod]
    public void The_picture_names_what_moved_most()
    {
        var picture = Samples.Drift(30).PlotDrift();
        Assert.Contains("moved most", picture.Description);
        Assert.Contains("feature 1 ", picture.Description);
    }

    /// <summary>Rows whose first features are beyond those of the training.</summary>
    private static IDataView Shifted() => TrainedModels.Ml.Data.LoadFromEnumerable(
        Enumerable.Range(0, 80).Select(i => new TestRow { Features = [9 + i, i % 3, 1, float.NaN], Label = i % 2 == 0, Class = "class 0" }), TestRow.Schema(4)) is var data
            ? TrainedModels.Ml.Transforms.Conversion.MapValueToKey("Key", nameof(TestRow.Class)).Fit(data).Transform(data) : throw new InvalidOperationException();

    private static XElement Section(XDocument page, string id) => page.Descendants("section").Single(section => (string)section.Attribute("id")! == id);

    private static XDocument Page(ITransformer model, IDataView test, TrainingReportOptions options) => XDocument.Parse(TrainingReport.ToHtml(model, test, options));
}
