namespace Microsoft.ML.DenseNet.Reporting.Tests;

/// <summary>Partial dependence and interactions against brute force and closed forms.</summary>
[TestClass]
public sealed class PartialDependenceTests
{
    [TestMethod]
    [DataRow("Income", 0)]
    [DataRow("Age", 3)]
    public void Curves_are_predictions_with_the_feature_changed(string feature, int place)
    {
        var rows = ExplainedModels.Binary;
        int slot = rows.Features[place].Slots.Start;
        var dependence = rows.PartialDependence(feature, new PartialDependenceOptions { MaximumPoints = 9, MaximumRows = 300 });
        Assert.HasCount(300, dependence.Curves);
        Assert.HasCount(9, dependence.Points);
        float[] prediction = new float[1];
        for (int i = 0; i < dependence.Points.Count; i++)
        {
            var values = new List<float>();
            for (int row = 0; row < rows.Count; row++)
            {
                float[] changed = rows.Row(row).ToArray();
                changed[slot] = (float)dependence.Points[i].Value;
                rows.Network.Predict(changed, prediction);
                values.Add(prediction[0]);
                Assert.AreEqual(prediction[0], dependence.Curves[row][i], 1e-6);
            }

            Assert.AreEqual(values.Average(), dependence.Points[i].Mean, 1e-6);
            Assert.IsGreaterThanOrEqualTo(0.1, values.Count(value => value <= dependence.Points[i].Low) / 300.0);
            Assert.IsGreaterThanOrEqualTo(0.1, values.Count(value => value >= dependence.Points[i].High) / 300.0);
        }

        double[] grid = [.. dependence.Points.Select(point => point.Value)];
        CollectionAssert.AreEqual(grid.Order().Distinct().ToArray(), grid);
        Assert.IsTrue(grid.All(value => Enumerable.Range(0, rows.Count).Any(row => rows.Row(row)[slot] == (float)value)), "Values are ones that occur.");
    }

    [TestMethod]
    public void A_category_is_set_as_a_whole_block()
    {
        var rows = ExplainedModels.Classes;
        var feature = rows.Features[2];
        string name = rows.Explained.OutputNames[1];
        var dependence = rows.PartialDependence(feature.Name, new PartialDependenceOptions { ClassName = name, MaximumRows = rows.Count });
        CollectionAssert.AreEqual(feature.Categories!.ToArray(), dependence.Points.Select(point => point.Text).ToArray());
        float[] prediction = new float[3];
        for (int category = 0; category < 4; category++)
        {
            double mean = 0;
            for (int row = 0; row < rows.Count; row++)
            {
                float[] changed = rows.Row(row).ToArray();
                for (int slot = 0; slot < 4; slot++)
                    changed[feature.Slots.Start + slot] = slot == category ? 1 : 0;
                rows.Network.Predict(changed, prediction);
                mean += prediction[1] / rows.Count;
            }

            Assert.AreEqual(mean, dependence.Points[category].Mean, 1e-6);
        }

        var some = rows.PartialDependence(feature.Name, new PartialDependenceOptions { MaximumPoints = 2 });
        var frequent = Enumerable.Range(0, rows.Count).GroupBy(row => rows.Value(row, feature)).OrderByDescending(group => group.Count()).Take(2).Select(group => group.Key).Order();
        CollectionAssert.AreEqual(frequent.ToArray(), some.Points.Select(point => point.Value).ToArray());
    }

    [TestMethod]
    public void Partial_dependence_of_a_linear_network_is_its_line()
    {
        float[][] all = HandMadeNetworks.Random(40, 2);
        var dependence = ExplainedRows.Read(HandMadeNetworks.Linear(3, -2), HandMadeNetworks.Rows(all)).PartialDependence("slot 0");
        double rest = 0.5 - (2 * all.Average(row => row[1]));
        foreach (var point in dependence.Points)
            Assert.AreEqual((3 * point.Value) + rest, point.Mean, 1e-5);
        Assert.AreEqual("prediction", dependence.Measure);
    }

    [TestMethod]
    public void Features_that_only_add_up_do_not_interact()
    {
        var interactions = ExplainedRows.Read(HandMadeNetworks.Additive(4), HandMadeNetworks.Rows(HandMadeNetworks.Random(60, 4))).Interactions();
        Assert.HasCount(6, interactions.Pairs);
        foreach (var pair in interactions.Pairs)
        {
            Assert.AreEqual(0, pair.Strength, 1e-6);
            Assert.AreEqual(0, pair.H, 1e-5);
        }
    }

    [TestMethod]
    public void The_interaction_of_a_product_is_known()
    {
        // Each of the 8 rows once: of xy + z, xy - x/2 - y/2 + 1/4 is neither x's nor y's, which is 1/4 or -1/4; the joint effect xy varies by 3/16.
        float[][] all = [.. Enumerable.Range(0, 8).Select(i => new float[] { i % 2, i / 2 % 2, i / 4 })];
        var interactions = ExplainedRows.Read(HandMadeNetworks.Product, HandMadeNetworks.Rows(all)).Interactions();
        var first = interactions.Pairs[0];
        Assert.AreEqual(("slot 0", "slot 1"), (first.First, first.Second));
        Assert.AreEqual(0.25, first.Strength, 1e-6);
        Assert.AreEqual(Math.Sqrt(1.0 / 3), first.H, 1e-6);
        foreach (var pair in interactions.Pairs.Skip(1))
            Assert.AreEqual(0, pair.Strength, 1e-6);
    }

    [TestMethod]
    public void Interactions_of_a_trained_network_are_those_of_brute_force()
    {
        var rows = ExplainedModels.Classes;
        var interaction = rows.Interactions(new InteractionOptions { Features = ["Income", "PurposeBits"], MaximumRows = rows.Count }).Pairs.Single();
        int width = rows.Row(0).Length;
        float[] outputs = new float[3];

        double[][] Effect(params int[] slots)
        {
            var effect = new double[rows.Count][];
            for (int i = 0; i < effect.Length; i++)
            {
                effect[i] = new double[3];
                for (int row = 0; row < rows.Count; row++)
                {
                    float[] changed = rows.Row(row).ToArray();
                    foreach (int slot in slots)
                        changed[slot] = rows.Row(i)[slot];
                    rows.Network.ComputeOutputs(changed, outputs);
                    for (int number = 0; number < 3; number++)
                        effect[i][number] += (outputs[number] - outputs.Average()) / rows.Count;
                }
            }

            double[] means = [.. Enumerable.Range(0, 3).Select(number => effect.Average(values => values[number]))];
            return [.. effect.Select(values => values.Select((value, number) => value - means[number]).ToArray())];
        }

        double[][] income = Effect(0), purpose = Effect(2, 3, 4, 5), both = Effect(0, 2, 3, 4, 5);
        double beyond = 0, total = 0;
        for (int i = 0; i < rows.Count; i++)
        {
            for (int number = 0; number < 3; number++)
            {
                beyond += Math.Pow(both[i][number] - income[i][number] - purpose[i][number], 2);
                total += Math.Pow(both[i][number], 2);
            }
        }

        Assert.AreEqual(Math.Sqrt(beyond / (3 * rows.Count)), interaction.Strength, 1e-4);
        Assert.AreEqual(Math.Sqrt(beyond / total), interaction.H, 1e-4);
        Assert.AreEqual(8, width);
    }

    [TestMethod]
    public void Pairs_are_of_the_features_that_matter_most()
    {
        var network = HandMadeNetworks.Linear(0.1f, 5, 0, 3, 0.2f);
        var rows = ExplainedRows.Read(network, HandMadeNetworks.Rows(HandMadeNetworks.Random(60, 5)));
        var pair = rows.Interactions(new InteractionOptions { MaximumFeatures = 2 }).Pairs.Single();
        Assert.AreEqual(("slot 1", "slot 3"), (pair.First, pair.Second));
        Assert.AreEqual("Income", ExplainedModels.Binary.Interactions().Pairs[0].First);
        Assert.AreEqual("Amount", ExplainedModels.Binary.Interactions().Pairs[0].Second);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => rows.Interactions(new InteractionOptions { MaximumRows = 1 }));
        Assert.ThrowsExactly<ArgumentException>(() => rows.Interactions(new InteractionOptions { Features = ["slot 9"] }));
        Assert.ThrowsExactly<ArgumentException>(() => rows.Interactions(new InteractionOptions { Features = ["slot 1"] }).PlotInteractions());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => rows.PartialDependence("slot 1", new PartialDependenceOptions { MaximumPoints = 1 }));
    }
}
