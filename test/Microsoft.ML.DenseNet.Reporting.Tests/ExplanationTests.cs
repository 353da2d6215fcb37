namespace Microsoft.ML.DenseNet.Reporting.Tests;

/// <summary>Contributions of many rows against what they are by hand.</summary>
[TestClass]
public sealed class ExplanationTests
{
    [TestMethod]
    public void Contributions_of_a_linear_network_are_known()
    {
        float[] factors = [2, -1, 0.5f];
        float[][] rows = HandMadeNetworks.Random(50, 3), background = HandMadeNetworks.Random(8, 3, seed: 2);
        var explanation = ExplainedRows.Read(HandMadeNetworks.Linear(factors), HandMadeNetworks.Rows(rows))
            .Explain(new ExplanationOptions { Background = new BackgroundRows([.. background.SelectMany(row => row)], 3) });

        double[] means = [.. Enumerable.Range(0, 3).Select(slot => background.Average(row => row[slot]))];
        for (int slot = 0; slot < 3; slot++)
        {
            var points = explanation.Points($"slot {slot}");
            for (int row = 0; row < rows.Length; row++)
            {
                Assert.AreEqual(factors[slot] * (rows[row][slot] - means[slot]), points[row].Contribution, 1e-5);
                Assert.AreEqual(rows[row][slot], points[row].Value, 0);
                Assert.AreEqual(row, points[row].Row);
            }

            double mean = rows.Average(row => Math.Abs(factors[slot] * (row[slot] - means[slot])));
            Assert.AreEqual(mean, explanation.MeanContributions.Single(feature => feature.Name == $"slot {slot}").Total, 1e-5);
        }

        Assert.AreEqual(0.5 + Enumerable.Range(0, 3).Sum(slot => factors[slot] * means[slot]), explanation.BaseValues.Single(), 1e-5);
        double[] totals = [.. explanation.MeanContributions.Select(feature => feature.Total)];
        CollectionAssert.AreEqual(totals.OrderDescending().ToArray(), totals);
        Assert.IsTrue(explanation.HasStoredBackground);
        Assert.AreEqual(8, explanation.BackgroundCount);
    }

    [TestMethod]
    public void Base_value_and_contributions_sum_to_the_score_of_each_row()
    {
        foreach (var (rows, output) in new[] { (ExplainedModels.Binary, ExplainedOutput.Score), (ExplainedModels.Binary, ExplainedOutput.Probability), (ExplainedModels.Classes, ExplainedOutput.Probability) })
        {
            var explanation = rows.Explain(new ExplanationOptions { Output = output });
            float[] prediction = new float[rows.Network.Layout.OutputWidth];
            for (int row = 0; row < 20; row++)
            {
                rows.Network.Predict(rows.Row(row), prediction);
                for (int number = 0; number < prediction.Length; number++)
                {
                    var one = explanation.Prediction(row, explanation.OutputNames[number]);
                    double expected = output == ExplainedOutput.Score ? Math.Log(prediction[number] / (1.0 - prediction[number])) : prediction[number];
                    Assert.AreEqual(expected, one.Score, 1e-3 * Math.Max(1, Math.Abs(expected)));
                    Assert.AreEqual(one.Score, one.BaseValue + one.Features.Sum(feature => feature.Contribution), 1e-3);
                    double[] sizes = [.. one.Features.Select(feature => Math.Abs(feature.Contribution))];
                    CollectionAssert.AreEqual(sizes.OrderDescending().ToArray(), sizes);
                }
            }
        }
    }

    [TestMethod]
    public void One_row_of_several_classes_is_explained_by_the_class_that_it_gets()
    {
        var explanation = ExplainedModels.Classes.Explain();
        for (int row = 0; row < 10; row++)
        {
            int best = ExplainedModels.Classes.Network.PredictClass(ExplainedModels.Classes.Row(row)).Index;
            Assert.AreEqual(explanation.OutputNames[best], explanation.Prediction(row).OutputName);
        }

        Assert.HasCount(3, explanation.MeanContributions[0].PerOutput);
        Assert.AreEqual(explanation.MeanContributions[0].Total, explanation.MeanContributions[0].PerOutput.Sum(), 1e-9);
    }

    [TestMethod]
    public void Each_quantile_is_explained_and_the_median_unless_another_is_named()
    {
        var ml = TrainedModels.Ml;
        var data = TestRow.Data(ml, 3, 200, 3);
        var model = ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { LabelColumnName = "Value", HiddenUnits = [8], NumberOfEpochs = 10, Loss = Losses.Quantiles(0.1, 0.5, 0.9) }).Fit(data);
        var rows = ExplainedRows.Read(model.Model.Network, model.Transform(data), new ExplainedRowsOptions { MaximumRows = 40, Unit = "mm" });
        var explanation = rows.Explain();
        CollectionAssert.AreEqual(new[] { "quantile 0.1", "quantile 0.5", "quantile 0.9" }, explanation.OutputNames.ToArray());
        float[] prediction = new float[3];
        for (int row = 0; row < 5; row++)
        {
            rows.Network.Predict(rows.Row(row), prediction);
            Assert.AreEqual("quantile 0.5", explanation.Prediction(row).OutputName);
            for (int number = 0; number < 3; number++)
                Assert.AreEqual(prediction[number], explanation.Prediction(row, explanation.OutputNames[number]).Score, 1e-4);
        }

        Assert.AreEqual("quantile 0.5 (mm)", rows.PartialDependence("feature 1").Measure);
        Assert.AreEqual("quantile 0.9 (mm)", rows.PartialDependence("feature 1", new PartialDependenceOptions { ClassName = "quantile 0.9" }).Measure);
        Assert.AreEqual("quantiles (mm)", rows.Interactions().Measure);
        Assert.Contains("Pictures of one quantile are about quantile 0.5.", TrainingReport.ToHtml(model, data, new TrainingReportOptions { LabelColumnName = "Value", ExplainedRows = 20 }));
    }

    [TestMethod]
    public void One_hot_blocks_are_one_feature_with_category_values()
    {
        var rows = ExplainedModels.Binary;
        CollectionAssert.AreEqual(new[] { "Income", "Amount", "PurposeBits", "Age", "Constant" }, rows.Features.Select(feature => feature.Name).ToArray());
        var purpose = rows.Features[2];
        CollectionAssert.AreEquivalent(LoanRow.Purposes, purpose.Categories!.ToArray());
        Assert.AreEqual(new SlotRange(2, 4), purpose.Slots);
        var loans = LoanRow.Create(300, seed: 2);
        var texts = rows.Explain().Points("PurposeBits").Select(point => point.Text).ToArray();
        CollectionAssert.AreEqual(loans.Select(loan => loan.Purpose).ToArray(), texts);
        string[] ages = [.. rows.Explain().Points("Age").Select(point => point.Text)];
        for (int row = 0; row < ages.Length; row++)
            Assert.AreEqual(float.IsNaN(loans[row].Age), ages[row] == "missing");

        // The column's contribution is that of its slots together.
        using var slots = rows.Network.CreateExplainer(new ExplanationOptions { Background = new BackgroundRows(rows.Values[..(8 * rows.Row(0).Length)], rows.Row(0).Length) });
        var bySlots = slots.Explain(rows.Row(5));
        var byFeature = rows.Explain(new ExplanationOptions { Background = slots.Background }).Prediction(5);
        Assert.AreEqual(bySlots.Contributions.Skip(2).Take(4).Sum(), byFeature.Features.Single(feature => feature.Name == "PurposeBits").Contribution, 1e-4);
    }

    [TestMethod]
    public void Key_columns_have_the_values_of_their_keys()
    {
        var ml = TrainedModels.Ml;
        var data = ml.Transforms.Conversion.MapValueToKey("PurposeKey", nameof(LoanRow.Purpose)).Append(ml.Transforms.Concatenate("Features", nameof(LoanRow.Income), nameof(LoanRow.Amount)))
            .Fit(ml.Data.LoadFromEnumerable(LoanRow.Create(200))).Transform(ml.Data.LoadFromEnumerable(LoanRow.Create(200)));
        var model = ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { LabelColumnName = "Value", CategoryColumnNames = ["PurposeKey"], HiddenUnits = [4], NumberOfEpochs = 2 }).Fit(data);
        var rows = ExplainedRows.Read(model.Model.Network, model.Transform(data), new ExplainedRowsOptions { MaximumRows = 30 });
        CollectionAssert.AreEqual(new[] { "Income", "Amount", "PurposeKey" }, rows.Features.Select(feature => feature.Name).ToArray());
        CollectionAssert.AreEquivalent(LoanRow.Purposes, rows.Features[2].Categories!.ToArray());
        var loans = LoanRow.Create(200);
        foreach (var point in rows.Explain().Points("PurposeKey"))
            Assert.AreEqual(loans[(int)point.Row].Purpose, point.Text);
    }

    [TestMethod]
    public void Columns_of_several_numbers_are_divided_and_names_are_distinct()
    {
        string[] names = ["Size.width", "Size.height", "Color.red", "Color.blue", "Price (slot 6)", "Price", "Price", ""];
        float[][] rows = [[1, 2, 0, 1, 5, 6, 7, 8], [3, 4, 1, 0, 5, 6, 7, 8], [3, 4, 0, 0, 5, 6, 7, 8]];
        var read = ExplainedRows.Read(HandMadeNetworks.Named(names), HandMadeNetworks.Rows(names, rows));
        CollectionAssert.AreEqual(new[] { "Size.width", "Size.height", "Color", "Price (slot 6)", "Price", "Price (slot 6) (slot 6)", "slot 7" }, read.Features.Select(feature => feature.Name).ToArray());
        CollectionAssert.AreEqual(new[] { "red", "blue" }, read.Features[2].Categories!.ToArray());
        CollectionAssert.AreEqual(new[] { "blue", "red", "none" }, read.Explain().Points("Color").Select(point => point.Text).ToArray());
    }

    [TestMethod]
    public void Rows_are_drawn_evenly_and_the_same_ones_again()
    {
        float[][] all = HandMadeNetworks.Random(500, 2);
        var network = HandMadeNetworks.Linear(1, 1);
        var data = HandMadeNetworks.Rows(all);
        ExplainedRows Read(int seed) => ExplainedRows.Read(network, data, new ExplainedRowsOptions { MaximumRows = 60, Seed = seed });
        var rows = Read(3);
        Assert.AreEqual(60, rows.Count);
        Assert.AreEqual(500L, rows.DataRowCount);
        CollectionAssert.AreEqual(rows.Numbers.Order().Distinct().ToArray(), rows.Numbers.ToArray());
        CollectionAssert.AreEqual(rows.Numbers.ToArray(), Read(3).Numbers.ToArray());
        CollectionAssert.AreNotEqual(rows.Numbers.ToArray(), Read(4).Numbers.ToArray());
        for (int i = 0; i < rows.Count; i++)
            CollectionAssert.AreEqual(all[rows.Numbers[i]], rows.Row(i).ToArray());

        // Each of the 500 has the same chance: the mean of 40 draws of 60 numbers is near the middle, by four standard errors.
        double mean = Enumerable.Range(0, 40).Average(seed => Read(seed).Numbers.Average());
        Assert.AreEqual(249.5, mean, 4 * 500 / Math.Sqrt(12 * 40 * 60));
    }

    [TestMethod]
    public void Rows_without_a_finite_prediction_are_left_out_and_counted()
    {
        float[][] all = HandMadeNetworks.Random(10, 2);
        all[3][1] = float.NaN;
        all[7][0] = float.PositiveInfinity;
        var network = HandMadeNetworks.Linear(1, 1);
        var rows = ExplainedRows.Read(network, HandMadeNetworks.Rows(all));
        Assert.AreEqual(2L, rows.LeftOutCount);
        CollectionAssert.AreEqual(new long[] { 0, 1, 2, 4, 5, 6, 8, 9 }, rows.Numbers.ToArray());
        Assert.IsTrue(rows.Explain().MeanContributions.All(mean => double.IsFinite(mean.Total)));

        var none = Assert.ThrowsExactly<InvalidOperationException>(() => ExplainedRows.Read(network, HandMadeNetworks.Rows([float.NaN, 1])));
        Assert.Contains("no finite number for any of the 1 rows", none.Message);
        var empty = Assert.ThrowsExactly<InvalidOperationException>(() => ExplainedRows.Read(network, HandMadeNetworks.Rows(["a", "b"], [])));
        Assert.Contains("no rows", empty.Message);
    }

    [TestMethod]
    public void The_background_is_the_models_or_some_of_the_rows()
    {
        float[][] all = HandMadeNetworks.Random(100, 2);
        var network = HandMadeNetworks.Linear(1, -1);
        var without = ExplainedRows.Read(network, HandMadeNetworks.Rows(all)).Explain();
        Assert.IsFalse(without.HasStoredBackground);
        Assert.AreEqual(32, without.BackgroundCount);
        Assert.AreEqual(0.5 + all.Average(row => row[0] - row[1]), without.BaseValues[0], 0.05); // they represent the rows
        var with = ExplainedRows.Read(network.WithBackground(new BackgroundRows([0.25f, 1], 2)), HandMadeNetworks.Rows(all)).Explain();
        Assert.IsTrue(with.HasStoredBackground);
        Assert.AreEqual(-0.25, with.BaseValues[0], 1e-6);
    }

    [TestMethod]
    public void The_second_feature_is_the_one_that_acts_together_with_the_first()
    {
        var explanation = ExplainedModels.Binary.Explain();
        Assert.AreEqual("Amount", explanation.Dependence("Income").Color!.Name);
        Assert.AreEqual("Income", explanation.Dependence("Amount").Color!.Name);
        Assert.IsGreaterThan(0.4, explanation.Dependence("Income").ColorShare);
        Assert.IsLessThan(0.1, explanation.Dependence("Income", "Age").ColorShare);

        // Of an additive network no feature explains anything beyond the first one's value.
        var additive = ExplainedRows.Read(HandMadeNetworks.Additive(4), HandMadeNetworks.Rows(HandMadeNetworks.Random(300, 4))).Explain();
        for (int slot = 0; slot < 4; slot++)
            Assert.IsNull(additive.Dependence($"slot {slot}").Color);
        Assert.IsLessThan(0.005, additive.Dependence("slot 0", "slot 1").ColorShare);
    }

    [TestMethod]
    public void The_share_of_the_second_feature_is_that_of_an_analysis_of_variance()
    {
        // x and y are 0 or 1, each pair equally often, so the contribution of x is y's doing alone where x is 1 or 0.
        float[][] all = [.. Enumerable.Range(0, 80).Select(i => new float[] { i % 2, i / 2 % 2, 0 })];
        var dependence = ExplainedRows.Read(HandMadeNetworks.Product, HandMadeNetworks.Rows(all)).Explain().Dependence("slot 0", "slot 1");
        double[] contributions = [.. dependence.Points.Select(point => point.Contribution)];
        double Within(Func<int, double> group) => Enumerable.Range(0, 80).GroupBy(group).Sum(rows => rows.Sum(row => Math.Pow(contributions[row] - rows.Average(other => contributions[other]), 2)));
        double between = Within(i => all[i][0]), both = Within(i => all[i][0] + (2 * all[i][1])), total = Within(_ => 0);
        Assert.AreEqual(0, both, 1e-6);
        Assert.AreEqual(between / total, dependence.ColorShare, 1e-4);
        Assert.AreEqual("slot 1", dependence.Color!.Name);
        CollectionAssert.AreEqual(all.Select(row => (double)row[1]).ToArray(), dependence.ColorValues.ToArray());
    }

    [TestMethod]
    public void What_does_not_exist_is_refused_by_name()
    {
        var rows = ExplainedModels.Binary;
        var explanation = rows.Explain();
        Assert.Contains("'Incom'", Assert.ThrowsExactly<ArgumentException>(() => explanation.Points("Incom")).Message);
        Assert.Contains("'Income'", Assert.ThrowsExactly<ArgumentException>(() => explanation.Dependence("Income", "nothing")).Message);
        Assert.Contains("'repaid'", Assert.ThrowsExactly<ArgumentException>(() => explanation.Points("Income", "broke")).Message);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => explanation.Prediction(rows.Count));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => explanation.Prediction(-1));
        Assert.ThrowsExactly<ArgumentException>(() => rows.Explain(new ExplanationOptions { View = ContributionView.Columns, Columns = [] }));
        var data = HandMadeNetworks.Rows([1, 2]);
        Assert.Contains("3 class names", Assert.ThrowsExactly<ArgumentException>(() => ExplainedRows.Read(rows.Network, ExplainedModels.Loans.Model.Transform(ExplainedModels.Loans.Test), new ExplainedRowsOptions { ClassNames = ["a", "b", "c"] })).Message);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ExplainedRows.Read(HandMadeNetworks.Linear(1, 1), data, new ExplainedRowsOptions { MaximumRows = 0 }));
        Assert.ThrowsExactly<ArgumentException>(() => ExplainedRows.Read(HandMadeNetworks.Linear(1, 1), data).Explain(new ExplanationOptions { Output = ExplainedOutput.Probability }));
        Assert.ThrowsExactly<ArgumentException>(() => ExplainedRows.Read(HandMadeNetworks.Linear(1, 1), data).PartialDependence("slot 0", new PartialDependenceOptions { Output = ExplainedOutput.Probability }));
        Assert.ThrowsExactly<ArgumentException>(() => ExplainedRows.Read(HandMadeNetworks.Linear(1, 1), data).Interactions(new InteractionOptions { Output = ExplainedOutput.Probability }));
    }
}
