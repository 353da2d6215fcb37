using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

[TestClass]
public sealed class MakeRegressionTests
{
    [TestMethod]
    public void Sizes_are_as_asked_for()
    {
        var data = DenseNetDatasets.MakeRegression(rows: 70, features: 12, informative: 5, seed: 1);

        Assert.HasCount(70, data.Features);
        Assert.IsTrue(data.Features.All(row => row.Length == 12 && row.All(float.IsFinite)));
        Assert.HasCount(70, data.Labels);
        Assert.HasCount(12, data.Coefficients);
        Assert.AreEqual(5, data.Coefficients.Count(coefficient => coefficient is > 0 and < 100));
        Assert.AreEqual(7, data.Coefficients.Count(coefficient => coefficient == 0));
    }

    [TestMethod]
    public void The_seed_decides_everything()
    {
        var first = DenseNetDatasets.MakeRegression(seed: 3, noise: 1);
        var same = DenseNetDatasets.MakeRegression(seed: 3, noise: 1);
        var other = DenseNetDatasets.MakeRegression(seed: 4, noise: 1);

        CollectionAssert.AreEqual(Flat(first), Flat(same));
        CollectionAssert.AreEqual(first.Labels, same.Labels);
        CollectionAssert.AreNotEqual(first.Labels, other.Labels);

        static float[] Flat(RegressionDataset data) => [.. data.Features.SelectMany(row => row)];
    }

    [TestMethod]
    public void Without_noise_the_label_is_linear_and_least_squares_finds_the_coefficients()
    {
        var data = DenseNetDatasets.MakeRegression(rows: 300, features: 20, informative: 8, bias: -7.5, seed: 5);
        var fit = LeastSquares.Fit(Rows(data), Labels(data));

        Assert.AreEqual(-7.5, fit.Bias, 1e-4);
        for (int i = 0; i < 20; i++)
            Assert.AreEqual(data.Coefficients[i], fit.Coefficients[i], 1e-4);
    }

    [TestMethod]
    public void Noise_has_the_deviation_asked_for()
    {
        var data = DenseNetDatasets.MakeRegression(rows: 20_000, features: 4, informative: 4, noise: 12, seed: 7);

        double[] residuals = [.. Rows(data).Zip(Labels(data), (row, label) => label - row.Zip(data.Coefficients, (value, coefficient) => value * coefficient).Sum())];
        Assert.AreEqual(0, residuals.Average(), 0.3);
        Assert.AreEqual(12, Math.Sqrt(residuals.Average(residual => residual * residual)), 0.3);
    }

    [TestMethod]
    public void Features_are_standard_normal()
    {
        double[] values = [.. DenseNetDatasets.MakeRegression(rows: 5000, features: 10, seed: 9, informative: 3).Features.SelectMany(row => row).Select(value => (double)value)];

        Assert.AreEqual(0, values.Average(), 0.02);
        Assert.AreEqual(1, values.Average(value => value * value), 0.03);
        Assert.AreEqual(3, values.Average(value => Math.Pow(value, 4)), 0.2);
        Assert.AreEqual(0.6827, values.Count(value => Math.Abs(value) < 1) / (double)values.Length, 0.01);
    }

    [TestMethod]
    public void More_informative_features_than_there_are_means_all()
    {
        var data = DenseNetDatasets.MakeRegression(rows: 30, features: 5);
        Assert.IsTrue(data.Coefficients.All(coefficient => coefficient > 0));
    }

    [TestMethod]
    public void The_data_view_has_a_float_label()
    {
        var data = DenseNetDatasets.MakeRegression(rows: 40, features: 6, informative: 3, seed: 11);
        var view = data.ToDataView(new MLContext());

        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 6), view.Schema["Features"].Type);
        Assert.AreEqual(NumberDataViewType.Single, view.Schema["Label"].Type);
        CollectionAssert.AreEqual(data.Labels, view.GetColumn<float>("Label").ToArray());
        CollectionAssert.AreEqual(data.Features.SelectMany(row => row).ToArray(), view.GetColumn<float[]>("Features").SelectMany(row => row).ToArray());
    }

    [TestMethod]
    [DataRow(0, 5, 2, 0.0, 0.0, "rows is 0; it must be at least 1.")]
    [DataRow(100, 0, 2, 0.0, 0.0, "features is 0; it must be from 1")]
    [DataRow(100, 5, 0, 0.0, 0.0, "informative is 0; it must be at least 1.")]
    [DataRow(100, 5, 2, double.NaN, 0.0, "bias is NaN; it must be from -1000000000000 to 1000000000000.")]
    [DataRow(100, 5, 2, 0.0, -1.0, "noise is -1; it must be from 0 to 1000000000000.")]
    public void Bad_arguments_are_named(int rows, int features, int informative, double bias, double noise, string message)
    {
        var exception = Assert.Throws<ArgumentException>(() => DenseNetDatasets.MakeRegression(rows, features, informative, bias, noise));
        Assert.Contains(message, exception.Message);
    }

    private static double[][] Rows(RegressionDataset data) => [.. data.Features.Select(row => row.Select(value => (double)value).ToArray())];

    private static double[] Labels(RegressionDataset data) => [.. data.Labels.Select(label => (double)label)];
}
