using System.Xml.Linq;

namespace Microsoft.ML.DenseNet.Reporting.Tests;

/// <summary>What pictures of tunings show, and where.</summary>
[TestClass]
public sealed class TuningPictureTests
{
    [TestMethod]
    public void Trials_that_are_much_worse_are_at_the_edge()
    {
        var axis = new MetricAxis(TuningMetric.RootMeanSquaredError, [1, 1.1, 1.2, 1.3, 1.25, 1.5, 100]);
        Assert.AreEqual(1.5, axis.Worst);
        Assert.IsTrue(axis.IsBeyond(100));
        Assert.IsFalse(axis.IsBeyond(1.5));
        Assert.AreEqual(1.1, axis.Place(1.1));
        Assert.AreEqual(axis.Edge, axis.Place(100));
        Assert.IsTrue(axis.Edge > 1.5 && axis.Edge < axis.Scale.End);
        Assert.IsTrue(axis.Scale.Start < 1);
        Assert.AreEqual("Root mean squared error (lower is better)", axis.Title);
    }

    [TestMethod]
    public void Where_higher_is_better_the_edge_is_at_the_bottom()
    {
        var axis = new MetricAxis(TuningMetric.Accuracy, [0.9, 0.89, 0.88, 0.87, 0.1]);
        Assert.AreEqual(0.87, axis.Worst);
        Assert.IsTrue(axis.Place(0.1) < 0.87 && axis.Place(0.1) > axis.Scale.Start);
        Assert.AreEqual("Accuracy (higher is better)", axis.Title);
    }

    [TestMethod]
    public void Equal_metrics_and_none_have_an_axis()
    {
        Assert.IsFalse(new MetricAxis(TuningMetric.LogLoss, [0.3, 0.3, 0.3, 0.3, 0.4]).IsBeyond(0.4));
        Assert.IsTrue(new MetricAxis(TuningMetric.LogLoss, []).Scale.Start < 0);
    }

    [TestMethod]
    public void Numbers_are_on_the_scale_on_which_they_are_drawn()
    {
        Assert.AreEqual(0.25, Place(TuningParameter.Uniform("x", -1, 1), -0.5)!.Value, 1e-12);
        Assert.AreEqual(0.5, Place(TuningParameter.LogUniform("x", 0.001, 10), 0.1)!.Value, 1e-12);
        Assert.IsNull(new TuningAxis(TuningParameter.Uniform("y", 0, 1)).PlaceOf(Trial(3, ("x", 0.5))));
    }

    [TestMethod]
    public void Trials_with_the_same_choice_are_side_by_side_within_its_place()
    {
        var axis = new TuningAxis(TuningParameter.Choice("x", "a", "b", "c", "d"));
        double[] places = [.. Enumerable.Range(0, 50).Select(number => axis.PlaceOf(Trial(number, ("x", "b")))!.Value)];
        Assert.IsTrue(places.All(place => place > 0.25 && place < 0.5));
        Assert.HasCount(50, places.Distinct().ToList());
        Assert.AreEqual(0.375, places.Average(), 0.01);
        double[] whole = [.. Enumerable.Range(0, 50).Select(number => new TuningAxis(TuningParameter.WholeNumber("x", 1, 4)).PlaceOf(Trial(number, ("x", 2)))!.Value)];
        CollectionAssert.AreEqual(places.Select(place => Math.Round(place, 9)).ToArray(), whole.Select(place => Math.Round(place, 9)).ToArray());
    }

    [TestMethod]
    public void Labels_are_at_their_values()
    {
        CollectionAssert.AreEqual(new[] { (0.125, "64"), (0.375, "true"), (0.625, "0.5"), (0.875, "text") }, new TuningAxis(TuningParameter.Choice("x", 64, true, 0.5, "text")).Labels(9).ToArray());
        CollectionAssert.AreEqual(new[] { "choice 0", "choice 50" }, new TuningAxis(Tunings.LongNames.Parameters[^1]).Labels(2).Select(label => label.Label).ToArray());
        var labels = new TuningAxis(TuningParameter.LogUniform("x", 0.001, 10)).Labels(5);
        CollectionAssert.AreEqual(new[] { "0.001", "0.01", "0.1", "1", "10" }, labels.Select(label => label.Label).ToArray());
        for (int i = 0; i < labels.Count; i++)
            Assert.AreEqual(i / 4.0, labels[i].Place, 1e-9);
        CollectionAssert.AreEqual(new[] { "1", "2", "3", "4" }, new TuningAxis(TuningParameter.WholeNumber("x", 1, 4)).Labels(5).Select(label => label.Label).ToArray());
    }

    [TestMethod]
    public void The_best_line_is_drawn_last_and_failures_have_no_end()
    {
        var tuning = Tunings.Make(100, fails: number => number % 10 == 3);
        var lines = new ParallelLines(tuning, tuning.Space.Parameters);
        Assert.HasCount(100, lines.Lines);
        Assert.AreEqual((tuning.Best, 0), lines.Lines[^1]);
        foreach (int group in Enumerable.Range(0, 5))
            Assert.AreEqual(18, lines.Lines.Count(line => line.Group == group));
        foreach (var (trial, group) in lines.Lines)
        {
            Assert.AreEqual(trial.State == TuningTrialState.Failed, group == 5);
            Assert.AreEqual(trial.State == TuningTrialState.Failed, lines.PlaceOf(trial, lines.AxisCount - 1) is null);
            int width = Enumerable.Range(0, lines.AxisCount).Single(axis => lines.NameOf(axis) == "BinWidth");
            Assert.AreEqual(trial.Values.Contains("BinWidth"), lines.PlaceOf(trial, width) is not null);
        }
    }

    [TestMethod]
    public void Every_trial_can_be_pointed_at()
    {
        var tuning = Tunings.Make(40, fails: number => number == 7);
        foreach (var picture in new[] { tuning.PlotTrials(), tuning.PlotRungs(), tuning.PlotParallelCoordinates() })
        {
            string[] texts = [.. picture.Render(new PictureOptions()).Marks.Select(mark => mark.Text)];
            CollectionAssert.AreEquivalent(tuning.Trials.Where(trial => trial.Networks > 0).Select(trial => trial.Number).ToArray(), texts.Where(text => !text.StartsWith("Trial 7,", StringComparison.Ordinal)).Select(text => int.Parse(text.Split(',')[0]["Trial ".Length..])).ToArray());
        }

        Assert.Contains("Trial 7, failed", tuning.PlotTrials().Render(new PictureOptions()).Marks.Select(mark => mark.Text));
        Assert.Contains("best", tuning.PlotTrials().Description);
    }

    [TestMethod]
    public void Trials_are_counted_in_words()
    {
        var first = Trial(0) with { Rungs = [new TuningRung(1, 0.5, 1, 1)] };
        Assert.AreEqual("1 trial, complete", TuningSummary.Counts([first]));
        Assert.AreEqual("2 trials, all complete", TuningSummary.Counts([first, first]));
        Assert.AreEqual("3 trials, 1 complete, 1 stopped, 1 failed", TuningSummary.Counts([first, first with { State = TuningTrialState.Stopped }, first with { State = TuningTrialState.Failed }]));
    }

    [TestMethod]
    public void Too_few_trials_for_importances_are_told()
    {
        var refused = Assert.ThrowsExactly<ArgumentException>(() => Tunings.Make(19).PlotParameterImportances());
        Assert.Contains("of 14 parameters: importances need at least 20 trials", refused.Message);
    }

    [TestMethod]
    public void The_report_has_a_section()
    {
        var tuning = Tunings.Make(30);
        var section = Section(tuning)!;
        string[] pictures = [.. section.Descendants("svg").Where(svg => (string)((XElement)svg.Parent!).Attribute("class")! == "wide").Select(svg => (string)svg.Attribute("aria-label")!)];
        Assert.HasCount(4, pictures);
        Assert.Contains(TuningSummary.Of(tuning), section.Value);
        Assert.Contains(tuning.BestOptionsAsCSharp, section.Value);
        var tables = section.Descendants("table").ToList();
        CollectionAssert.AreEqual(new[] { 10, 30, 2 }, tables.Select(table => table.Element("tbody")!.Elements("tr").Count()).ToArray());
        Assert.AreEqual($"{tuning.Best.Number}, best", tables[0].Element("tbody")!.Element("tr")!.Element("th")!.Value);
        CollectionAssert.AreEqual(new[] { "0.75", "0.25" }, tables[2].Element("tbody")!.Elements("tr").Select(row => row.Elements("td").First().Value).ToArray());
    }

    [TestMethod]
    public void A_section_without_enough_trials_leaves_importances_out_and_without_a_tuning_there_is_none()
    {
        Assert.HasCount(2, Section(Tunings.Make(5))!.Descendants("table").ToList());
        Assert.HasCount(1 + 1 + 1, Section(Tunings.Make(5))!.Descendants("figure").ToList());
        Assert.HasCount(2, Section(Tunings.Make(1, TuningSpace.Empty, networks: 1))!.Descendants("figure").ToList());
        Assert.IsNull(Section(null));
    }

    private static XElement? Section(DenseNetTuningResult? tuning)
    {
        var (model, test, options) = TrainedModels.Binary;
        string html = TrainingReport.ToHtml(model, test, options with { Tuning = tuning });
        return XDocument.Parse(html[html.IndexOf('\n')..]).Descendants("section").SingleOrDefault(section => (string?)section.Attribute("id") == "tuning");
    }

    private static double? Place(TuningParameter parameter, object value) => new TuningAxis(parameter).PlaceOf(Trial(1, (parameter.Name, value)));

    private static TuningTrial Trial(int number, params (string Name, object Value)[] values) =>
        new(number, TuningTrialState.Complete, new TuningValues(values.Select(value => new KeyValuePair<string, object>(value.Name, value.Value))), [], null);
}
