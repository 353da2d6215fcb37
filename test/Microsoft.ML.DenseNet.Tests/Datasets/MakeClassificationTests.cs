using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

[TestClass]
public sealed class MakeClassificationTests
{
    [TestMethod]
    public void Sizes_are_as_asked_for()
    {
        var data = DenseNetDatasets.MakeClassification(rows: 123, features: 9, informative: 4, redundant: 3, classes: 3, seed: 5);

        Assert.HasCount(123, data.Features);
        Assert.IsTrue(data.Features.All(row => row.Length == 9 && row.All(float.IsFinite)));
        Assert.HasCount(123, data.Labels);
        CollectionAssert.AreEquivalent(new[] { 0, 1, 2 }, data.Labels.Distinct().ToArray());
        Assert.AreEqual(3, data.ClassCount);
        Assert.AreEqual(4, data.Roles.Count(role => role == FeatureRole.Informative));
        Assert.AreEqual(3, data.Roles.Count(role => role == FeatureRole.Redundant));
        Assert.AreEqual(2, data.Roles.Count(role => role == FeatureRole.Noise));
    }

    [TestMethod]
    public void The_seed_decides_everything()
    {
        var first = DenseNetDatasets.MakeClassification(seed: 3, shift: null, scale: null);
        var same = DenseNetDatasets.MakeClassification(seed: 3, shift: null, scale: null);
        var other = DenseNetDatasets.MakeClassification(seed: 4, shift: null, scale: null);

        CollectionAssert.AreEqual(Flat(first), Flat(same));
        CollectionAssert.AreEqual(first.Labels, same.Labels);
        CollectionAssert.AreNotEqual(Flat(first), Flat(other));

        static float[] Flat(ClassificationDataset data) => [.. data.Features.SelectMany(row => row)];
    }

    [TestMethod]
    [DataRow(1000, 2, 2)]
    [DataRow(1001, 3, 1)]
    [DataRow(107, 5, 3)]
    public void Classes_are_balanced(int rows, int classes, int clustersPerClass)
    {
        var data = DenseNetDatasets.MakeClassification(rows, features: 6, informative: 4, redundant: 0, classes, noise: 0, seed: 1, clustersPerClass: clustersPerClass);

        // Clusters differ by one row at most, and so do classes by one row a cluster.
        int[] counts = [.. data.Labels.CountBy(label => label).Select(pair => pair.Value)];
        Assert.HasCount(classes, counts);
        Assert.AreEqual(rows, counts.Sum());
        Assert.IsLessThanOrEqualTo(clustersPerClass, counts.Max() - counts.Min());
    }

    [TestMethod]
    public void A_single_informative_feature_correlates_with_the_label_and_noise_does_not()
    {
        var data = DenseNetDatasets.MakeClassification(rows: 2000, features: 5, informative: 1, redundant: 0, noise: 0, seed: 2, clustersPerClass: 1);
        double[] labels = Labels(data);

        for (int feature = 0; feature < 5; feature++)
        {
            double explained = 1 - LeastSquares.UnexplainedVariance(Columns(data, [feature]), labels);
            if (data.Roles[feature] == FeatureRole.Informative)
                Assert.IsGreaterThan(0.5, explained);
            else
                Assert.IsLessThan(0.01, explained);
        }
    }

    [TestMethod]
    public void Informative_features_together_explain_the_label_and_noise_does_not()
    {
        var data = DenseNetDatasets.MakeClassification(rows: 5000, features: 12, informative: 4, redundant: 2, separation: 2, noise: 0, seed: 7, clustersPerClass: 1);
        double[] labels = Labels(data);

        Assert.IsGreaterThan(0.5, 1 - LeastSquares.UnexplainedVariance(Columns(data, FeatureRole.Informative), labels));
        Assert.IsLessThan(0.01, 1 - LeastSquares.UnexplainedVariance(Columns(data, FeatureRole.Noise), labels));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Redundant_features_are_linear_in_the_informative_ones_and_noise_is_not(bool shiftedAndScaled)
    {
        double? shift = shiftedAndScaled ? null : 0, scale = shiftedAndScaled ? null : 1;
        var data = DenseNetDatasets.MakeClassification(rows: 500, features: 10, informative: 3, redundant: 4, seed: 11, shift: shift, scale: scale);
        var informative = Columns(data, FeatureRole.Informative);

        for (int feature = 0; feature < 10; feature++)
        {
            double unexplained = LeastSquares.UnexplainedVariance(informative, [.. data.Features.Select(row => (double)row[feature])]);
            if (data.Roles[feature] == FeatureRole.Noise)
                Assert.IsGreaterThan(0.9, unexplained);
            else
                Assert.IsLessThan(1e-10, unexplained); // float rounding
        }
    }

    [TestMethod]
    public void Clusters_stand_at_different_vertices_of_the_hypercube_each_of_one_class()
    {
        // So far apart that the nearest vertex is certain.
        const double Separation = 1000;
        var data = DenseNetDatasets.MakeClassification(rows: 4000, features: 4, informative: 4, redundant: 0, classes: 3, separation: Separation, noise: 0, seed: 13, clustersPerClass: 4);

        var clusters = data.Features.Zip(data.Labels).GroupBy(row => string.Concat(row.First.Select(value => value > 0 ? '+' : '-'))).ToArray();
        Assert.HasCount(12, clusters);
        foreach (var cluster in clusters)
        {
            Assert.HasCount(1, cluster.Select(row => row.Second).Distinct());
            foreach (int i in Enumerable.Range(0, 4))
                Assert.AreEqual(Separation, Math.Abs(cluster.Average(row => row.First[i])), 1);
        }
    }

    [TestMethod]
    public void Noise_is_the_share_of_labels_drawn_anew()
    {
        // The class of a cluster is that of most of its rows: with 4 classes three quarters of the new labels are wrong.
        var data = DenseNetDatasets.MakeClassification(rows: 20_000, features: 3, informative: 3, redundant: 0, classes: 4, separation: 1000, noise: 0.4, seed: 17, clustersPerClass: 1);
        int wrong = data.Features.Zip(data.Labels)
            .GroupBy(row => string.Concat(row.First.Select(value => value > 0 ? '+' : '-')), row => row.Second)
            .Sum(cluster => cluster.Count() - cluster.CountBy(label => label).Max(pair => pair.Value));

        Assert.AreEqual(0.4 * 3 / 4, wrong / 20_000.0, 0.01);
    }

    [TestMethod]
    public void Separation_makes_classes_linearly_separable()
    {
        double[] accuracies = [.. new[] { 0.2, 1, 5 }.Select(separation =>
        {
            var data = DenseNetDatasets.MakeClassification(rows: 2000, features: 5, informative: 3, redundant: 1, separation: separation, noise: 0, seed: 19, clustersPerClass: 1);
            var informative = Columns(data, FeatureRole.Informative);
            var fit = LeastSquares.Fit(informative, Labels(data));
            return informative.Zip(data.Labels, (row, label) => fit.Predict(row) > 0.5 == (label == 1) ? 1.0 : 0).Average();
        })];

        Assert.IsGreaterThan(accuracies[0] + 0.05, accuracies[1]);
        Assert.IsGreaterThan(accuracies[1], accuracies[2]);
        Assert.IsGreaterThan(0.99, accuracies[2]);
    }

    [TestMethod]
    public void Shift_and_scale_act_on_all_features()
    {
        var plain = DenseNetDatasets.MakeClassification(seed: 23);
        var changed = DenseNetDatasets.MakeClassification(seed: 23, shift: 3, scale: 10);

        for (int row = 0; row < plain.Features.Length; row++)
        {
            for (int feature = 0; feature < plain.Features[row].Length; feature++)
                Assert.AreEqual((plain.Features[row][feature] + 3) * 10, changed.Features[row][feature], 1e-4);
        }
    }

    [TestMethod]
    public void More_informative_features_than_bits_of_a_number_work()
    {
        var data = DenseNetDatasets.MakeClassification(rows: 400, features: 40, informative: 35, redundant: 5, separation: 1000, noise: 0, seed: 29, clustersPerClass: 1);

        var vertices = data.Features.Select(row => string.Concat(row.Where((_, i) => data.Roles[i] == FeatureRole.Informative).Select(value => value > 0 ? '+' : '-')));
        Assert.HasCount(2, vertices.Distinct());
    }

    [TestMethod]
    public void Two_classes_have_a_Boolean_label()
    {
        var data = DenseNetDatasets.MakeClassification(rows: 50, features: 6, seed: 31);
        var view = data.ToDataView(new MLContext());

        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 6), view.Schema["Features"].Type);
        Assert.AreEqual(BooleanDataViewType.Instance, view.Schema["Label"].Type);
        CollectionAssert.AreEqual(data.Labels.Select(label => label == 1).ToArray(), view.GetColumn<bool>("Label").ToArray());
        CollectionAssert.AreEqual(data.Features.SelectMany(row => row).ToArray(), view.GetColumn<float[]>("Features").SelectMany(row => row).ToArray());
    }

    [TestMethod]
    public void Two_classes_may_have_a_key_for_the_multiclass_trainer()
    {
        var mlContext = new MLContext(seed: 1);
        var view = DenseNetDatasets.MakeClassification(rows: 60, features: 4, classes: 2, seed: 41).ToDataView(mlContext, keyLabel: true);
        Assert.AreEqual(new KeyDataViewType(typeof(uint), 2), view.Schema["Label"].Type);
        var model = mlContext.MulticlassClassification.Trainers.DenseNet(hiddenUnits: [4], numberOfEpochs: 1).Fit(view);
        Assert.AreEqual(2, model.Model.NumberOfClasses);
    }

    [TestMethod]
    public void More_classes_have_a_key_that_maps_back_to_their_numbers()
    {
        var mlContext = new MLContext();
        var data = DenseNetDatasets.MakeClassification(rows: 90, features: 6, informative: 4, classes: 3, seed: 37);
        var view = data.ToDataView(mlContext);

        Assert.AreEqual(new KeyDataViewType(typeof(uint), 3), view.Schema["Label"].Type);
        var named = mlContext.Transforms.Conversion.MapKeyToValue("Name", "Label").Fit(view).Transform(view);
        CollectionAssert.AreEqual(data.Labels.Select(label => $"{label}").ToArray(), named.GetColumn<string>("Name").ToArray());
    }

    [TestMethod]
    [DataRow(0, 20, 2, 2, 2, 1.0, 0.0, 2, "rows is 0; it must be at least 1.")]
    [DataRow(100, 0, 2, 2, 2, 1.0, 0.0, 2, "features is 0; it must be from 1")]
    [DataRow(100, 20, 0, 2, 2, 1.0, 0.0, 2, "informative is 0; it must be from 1 to 20.")]
    [DataRow(100, 20, 2, -1, 2, 1.0, 0.0, 2, "redundant is -1; it must be from 0 to 20.")]
    [DataRow(100, 5, 3, 3, 2, 1.0, 0.0, 2, "informative is 3 and redundant 3, together more than features, which is 5")]
    [DataRow(100, 20, 2, 2, 1, 1.0, 0.0, 2, "classes is 1; it must be at least 2.")]
    [DataRow(100, 20, 2, 2, 3, 1.0, 0.0, 2, "needs 6 vertices, but a hypercube of 2 informative features has 4: raise informative")]
    [DataRow(100, 20, 2, 2, 2, -1.0, 0.0, 2, "separation is -1; it must be from 0 to 1000000000000.")]
    [DataRow(100, 20, 2, 2, 2, double.NaN, 0.0, 2, "separation is NaN")]
    [DataRow(100, 20, 2, 2, 2, 1.0, 1.5, 2, "noise is 1.5; it must be from 0 to 1.")]
    [DataRow(100, 20, 2, 2, 2, 1.0, double.NaN, 2, "noise is NaN")]
    [DataRow(100, 20, 2, 2, 2, 1.0, 0.0, 0, "clustersPerClass is 0; it must be at least 1.")]
    public void Bad_arguments_are_named(int rows, int features, int informative, int redundant, int classes, double separation, double noise, int clustersPerClass, string message)
    {
        var exception = Assert.Throws<ArgumentException>(() =>
            DenseNetDatasets.MakeClassification(rows, features, informative, redundant, classes, separation, noise, seed: 0, clustersPerClass));
        Assert.Contains(message, exception.Message);
    }

    [TestMethod]
    public void Shift_and_scale_must_be_finite()
    {
        Assert.Contains("shift", Assert.Throws<ArgumentException>(() => DenseNetDatasets.MakeClassification(shift: double.NaN)).Message);
        Assert.Contains("scale", Assert.Throws<ArgumentException>(() => DenseNetDatasets.MakeClassification(scale: double.PositiveInfinity)).Message);
    }

    private static double[] Labels(ClassificationDataset data) => [.. data.Labels.Select(label => (double)label)];

    private static double[][] Columns(ClassificationDataset data, FeatureRole role) =>
        Columns(data, [.. data.Roles.Index().Where(pair => pair.Item == role).Select(pair => pair.Index)]);

    private static double[][] Columns(ClassificationDataset data, int[] columns) =>
        [.. data.Features.Select(row => columns.Select(column => (double)row[column]).ToArray())];
}
