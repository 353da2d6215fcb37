using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Reporting.Tests;

[TestClass]
public sealed class SliceTests
{
    private static readonly SliceRow[] Rows = SliceRow.Create(1000);

    [TestMethod]
    public void Each_slice_has_the_metrics_of_its_rows_alone_and_the_weak_one_comes_first()
    {
        var sliced = SlicedResults.Read(SliceRow.View(Rows), ["Region", "IsNew"]);
        Assert.AreEqual(Rows.Average(row => row.Label == row.PredictedLabel ? 1 : 0), sliced.Overall.Value, 1e-12);
        Assert.AreEqual(1000, sliced.RowCount);
        Assert.AreSequenceEqual(sliced.Slices.Select(slice => slice.Metric.Value).Order(), sliced.Slices.Select(slice => slice.Metric.Value));
        Assert.AreEqual(("Region", "south"), (sliced.Slices[0].Column, sliced.Slices[0].Value));
        Assert.IsTrue(sliced.Slices[0].IsWorse);
        foreach (var slice in sliced.Slices.Where(slice => slice.Column == "Region"))
        {
            var rows = Rows.Where(row => row.Region == slice.Value).ToArray();
            Assert.AreEqual(rows.Length, slice.RowCount);
            Assert.AreEqual(rows.Average(row => row.Label == row.PredictedLabel ? 1 : 0), slice.Metric.Value, 1e-12);
            Assert.AreEqual(rows.Average(row => -Math.Log(row.Label ? row.Probability : 1 - row.Probability)), slice.Metrics.Single(metric => metric.Name.StartsWith("Log loss", StringComparison.Ordinal)).Value, 1e-6);
            Assert.IsTrue(slice.Metric.Low < slice.Metric.Value && slice.Metric.Value < slice.Metric.High);

            // A share's bootstrap interval is near the normal one.
            double half = 1.96 * Math.Sqrt(slice.Metric.Value * (1 - slice.Metric.Value) / rows.Length);
            Assert.AreEqual(2 * half, slice.Metric.High - slice.Metric.Low, 0.5 * half);
        }

        Assert.AreSequenceEqual(new[] { "false", "true" }, sliced.Slices.Where(slice => slice.Column == "IsNew").Select(slice => slice.Value).Order());
        Assert.HasCount(5, sliced.Slices);
        Assert.AreEqual(0.25, sliced.ExpectedByChance, 1e-9);
        var again = SlicedResults.Read(SliceRow.View(Rows), ["Region", "IsNew"]);
        Assert.AreSequenceEqual(sliced.Slices.Select(slice => (slice.Value, slice.Metric)), again.Slices.Select(slice => (slice.Value, slice.Metric)));
    }

    [TestMethod]
    public void Rare_values_are_pooled_and_too_few_are_left_out()
    {
        int islands = Rows.Count(row => row.Region.StartsWith("island", StringComparison.Ordinal));
        Assert.AreEqual(20, islands);
        var pooled = SlicedResults.Read(SliceRow.View(Rows), ["Region"], options: new SliceOptions { MinimumRows = 20 });
        Assert.AreSequenceEqual(new[] { "20 other values", "east", "north", "south" }, pooled.Slices.Select(slice => slice.Value).Order());
        Assert.AreEqual(1000, pooled.Slices.Sum(slice => slice.RowCount));
        Assert.IsEmpty(pooled.LeftOut);

        var leftOut = SlicedResults.Read(SliceRow.View(Rows), ["Region"], options: new SliceOptions { MinimumRows = 21 });
        Assert.AreEqual(new LeftOutSlice("Region", 20, 20), leftOut.LeftOut.Single());
        Assert.AreEqual(980, leftOut.Slices.Sum(slice => slice.RowCount));

        var few = SlicedResults.Read(SliceRow.View(Rows), ["Region"], options: new SliceOptions { MinimumRows = 1, MaximumSlices = 3 });
        Assert.AreSequenceEqual(new[] { "21 other values", "north", "south" }, few.Slices.Select(slice => slice.Value).Order());

        var none = SlicedResults.Read(SliceRow.View(Rows), ["Region"], options: new SliceOptions { MinimumRows = 2000 });
        Assert.IsEmpty(none.Slices);
        Assert.AreEqual(1000, none.LeftOut.Single().RowCount);
        Assert.ThrowsExactly<ArgumentException>(() => none.PlotSlices());
    }

    [TestMethod]
    public void Numbers_are_divided_at_quantiles_and_few_values_taken_as_they_are()
    {
        var sliced = SlicedResults.Read(SliceRow.View(Rows), ["Age", "Rooms", "Height", "RegionKey"]);
        var age = sliced.Slices.Where(slice => slice.Column == "Age").ToArray();
        int missing = Rows.Count(row => float.IsNaN(row.Age));
        Assert.AreEqual(missing, age.Single(slice => slice.Value == "missing").RowCount);
        Assert.HasCount(5, age);
        foreach (var slice in age.Where(slice => slice.Value != "missing"))
            Assert.AreEqual((1000 - missing) / 4.0, slice.RowCount, 2);
        float[] sorted = [.. Rows.Select(row => row.Age).Where(float.IsFinite).Order()];
        string first = age.Single(slice => slice.Value.StartsWith("below", StringComparison.Ordinal)).Value;
        Assert.AreEqual(sorted[sorted.Length / 4], double.Parse(first["below ".Length..], System.Globalization.CultureInfo.InvariantCulture), 0.5);

        foreach (var slice in sliced.Slices.Where(slice => slice.Column == "Rooms"))
            Assert.AreEqual(Rows.Count(row => $"{row.Rooms}" == slice.Value), slice.RowCount);
        Assert.HasCount(5, sliced.Slices.Where(slice => slice.Column == "Rooms"));
        Assert.HasCount(4, sliced.Slices.Where(slice => slice.Column == "Height"));
        Assert.AreEqual(300, sliced.Slices.Single(slice => slice is { Column: "RegionKey", Value: "south" }).RowCount);
    }

    [TestMethod]
    public void Numbers_predicted_are_judged_by_their_squared_error()
    {
        var sliced = SlicedResults.Read(SliceRow.View(Rows), ["Region"], "Target");
        Assert.AreEqual("Root mean squared error", sliced.Overall.Name);
        Assert.AreEqual("south", sliced.Slices[0].Value);
        Assert.AreEqual(Math.Sqrt(Rows.Where(row => row.Region == "south").Average(row => Math.Pow(row.Target - row.Score, 2))), sliced.Slices[0].Metric.Value, 1e-5);
        Assert.IsTrue(sliced.Slices[0].IsWorse);
        Assert.IsTrue(sliced.Slices[^1].Differs && !sliced.Slices[^1].IsWorse, "the best slice is better than all rows, not worse");
        var byMean = SlicedResults.Read(SliceRow.View(Rows), ["Region"], "Target", new SliceOptions { MetricName = "Mean residual (true - predicted)" });
        Assert.AreSequenceEqual(byMean.Slices.Select(slice => -Math.Abs(slice.Metric.Value)).Order(), byMean.Slices.Select(slice => -Math.Abs(slice.Metric.Value)));
    }

    [TestMethod]
    public void Alike_slices_are_marked_in_about_one_of_twenty_cases()
    {
        int marked = 0, slices = 0;
        var random = new Random(5);
        for (int round = 0; round < 8; round++)
        {
            SliceRow[] rows = [.. Enumerable.Range(0, 2000).Select(i => new SliceRow { Label = true, Probability = 0.6f, PredictedLabel = random.Next(5) > 0, Region = $"{i % 20}" })];
            var sliced = SlicedResults.Read(SliceRow.View(rows), ["Region"]);
            slices += sliced.Slices.Count;
            marked += sliced.Slices.Count(slice => slice.Differs);
        }

        Assert.AreEqual(160, slices);
        Assert.IsTrue(marked is > 0 and < 22, $"{marked} of {slices}"); // a percentile interval of 100 rows misses a bit more often than 1 in 20
    }

    [TestMethod]
    public void A_slice_of_one_class_and_one_without_errors_have_what_can_be_measured()
    {
        SliceRow[] rows = [.. Enumerable.Range(0, 200).Select(i => new SliceRow { Label = i % 2 == 0 && i < 100, Probability = i % 2 == 0 && i < 100 ? 0.9f : 0.1f, PredictedLabel = i % 2 == 0 && i < 100, Region = i < 100 ? "both" : "one" })];
        var one = SlicedResults.Read(SliceRow.View(rows), ["Region"]).Slices.Single(slice => slice.Value == "one");
        Assert.AreEqual(1, one.Metric.Value);
        Assert.IsTrue(one.Metric is { Low: > 0.95, High: 1 }, "Wilson's interval where all draws agree");
        Assert.IsFalse(one.Differs);
        Assert.IsTrue(double.IsNaN(one.Metrics.Single(metric => metric.Name == "Area under the ROC curve").Value));
        var byArea = SlicedResults.Read(SliceRow.View(rows), ["Region"], options: new SliceOptions { MetricName = "Area under the ROC curve" });
        Assert.AreEqual("one", byArea.Slices[^1].Value, "what cannot be measured comes last");
        Assert.IsNotEmpty(byArea.PlotSlices().ToPng());
    }

    [TestMethod]
    public void Rows_without_a_label_are_left_out_of_their_slices()
    {
        var rows = SliceRow.Create(300);
        for (int i = 0; i < 300; i += 3)
            rows[i].Target = float.NaN;
        var sliced = SlicedResults.Read(SliceRow.View(rows), ["Rooms"], "Target", new SliceOptions { MinimumRows = 1 });
        Assert.AreEqual(200, sliced.RowCount);
        foreach (var slice in sliced.Slices)
            Assert.AreEqual(rows.Count(row => !float.IsNaN(row.Target) && $"{row.Rooms}" == slice.Value), slice.RowCount);
    }

    [TestMethod]
    public void Faults_name_the_column_the_metric_or_the_option()
    {
        var view = SliceRow.View(Rows[..50]);
        Assert.Contains("'Nowhere'", Assert.ThrowsExactly<ArgumentException>(() => SlicedResults.Read(view, ["Nowhere"])).Message);
        Assert.Contains("'Vector'", Assert.ThrowsExactly<ArgumentException>(() => SlicedResults.Read(view, ["Vector"])).Message);
        Assert.Contains("'Accuracy'", Assert.ThrowsExactly<ArgumentException>(() => SlicedResults.Read(view, ["Region"], options: new SliceOptions { MetricName = "Luck" })).Message);
        Assert.Contains("MinimumRows", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SlicedResults.Read(view, ["Region"], options: new SliceOptions { MinimumRows = 0 })).Message);
        Assert.Contains("Confidence", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SlicedResults.Read(view, ["Region"], options: new SliceOptions { Confidence = 1 })).Message);
    }

    [TestMethod]
    public void The_threshold_decides_the_predicted_class_everywhere()
    {
        var (model, test, _) = TrainedModels.Default;
        var strict = TrainedModels.Ml.BinaryClassification.ChangeModelThreshold((DenseNetBinaryTransformer)model, 2f);
        var results = ClassificationResults.Read(strict.Transform(test));
        // ML.NET's Evaluate has a threshold for itself, so the columns are compared.
        var scored = strict.Transform(test);
        bool[] labels = [.. scored.GetColumn<bool>("Label")], predicted = [.. scored.GetColumn<bool>("PredictedLabel")];
        Assert.AreEqual(labels.Zip(predicted).Average(row => row.First == row.Second ? 1 : 0), results.Evaluate().Single(metric => metric.Name == "Accuracy").Value, 1e-9);
        Assert.AreEqual(labels.Zip(predicted).Where(row => row.First).Average(row => row.Second ? 1 : 0), results.Evaluate().Single(metric => metric.Name == "Recall").Value, 1e-9);
        int positives = Enumerable.Range(0, results.RowCount).Count(row => results.PredictedClass(row) == 1);
        Assert.AreEqual(Enumerable.Range(0, results.RowCount).Count(row => results.Probability(row, 1) > 1 / (1 + Math.Exp(-2))), positives);
        Assert.AreNotEqual(positives, Enumerable.Range(0, results.RowCount).Count(row => results.Probability(row, 1) > 0.5));

        // The page's table of classes counts the same.
        string page = TrainingReport.ToHtml(strict, test);
        Assert.Contains($"<th scope=\"row\">true</th><td>{results.CountOf(1)}</td><td>{positives}</td>", page);

        // So does the ground of the decision boundary: with a threshold above all scores it is of one class.
        var plane = TrainedModels.Ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { HiddenUnits = [4], NumberOfEpochs = 5, Seed = 1 }).Fit(TestRow.Data(TrainedModels.Ml, 2, 80, 2));
        var never = TrainedModels.Ml.BinaryClassification.ChangeModelThreshold(plane, 1000f);
        var rows = TestRow.Data(TrainedModels.Ml, 2, 80, 2);
        Assert.Contains("Predicted: true", Marks(plane.Model));
        Assert.DoesNotContain("Predicted: true", Marks(never.Model));

        string Marks(DenseNetBinaryModelParameters drawn) => string.Concat(drawn.PlotDecisionBoundary(rows).Render(new PictureOptions()).Marks.Select(mark => mark.Text));

        Assert.ThrowsExactly<ArgumentException>(() => new ClassificationResults(["a", "b"], [0], [[1, 0]], [2]));
        Assert.ThrowsExactly<ArgumentException>(() => new ClassificationResults(["a", "b"], [0], [[1, 0]], []));
        Assert.AreEqual(1, new ClassificationResults(["a", "b"], [0], [[1, 0]], [1]).PredictedClass(0));
    }
}
