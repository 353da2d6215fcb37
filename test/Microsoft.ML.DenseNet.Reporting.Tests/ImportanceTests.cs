namespace Microsoft.ML.DenseNet.Reporting.Tests;

[TestClass]
public sealed class ImportanceTests
{
    [TestMethod]
    public void What_ML_NET_measures_can_be_drawn()
    {
        var ml = TrainedModels.Ml;
        var (binary, binaryTest, _) = TrainedModels.Binary;
        var (multiclass, multiclassTest, _) = TrainedModels.Multiclass;
        var (regression, regressionTest, _) = TrainedModels.Regression;
        Picture[] pictures =
        [
            ml.BinaryClassification.PermutationFeatureImportanceNonCalibrated(binary, binaryTest, permutationCount: 3).PlotImportance(),
            ml.MulticlassClassification.PermutationFeatureImportance(multiclass, multiclassTest, "Key", permutationCount: 3).PlotImportance(),
            ml.Regression.PermutationFeatureImportance(regression, regressionTest, "Value", permutationCount: 1).PlotImportance(),
        ];
        string[] best = ["sepal length (cm)", "feature", "feature"];
        for (int i = 0; i < pictures.Length; i++)
        {
            Assert.Contains(best[i], pictures[i].Description);
            Assert.IsNotEmpty(pictures[i].ToPng());
        }
    }

    [TestMethod]
    public void The_most_important_come_first_and_nothing_is_refused()
    {
        var picture = new[] { new FeatureImportance("low", -0.1, 0), new FeatureImportance("missing", double.NaN, 0), new FeatureImportance("high", 0.4, 0.1) }.PlotImportance("Loss");
        Assert.Contains("high matters most", picture.Description);
        Assert.IsNotEmpty(picture.ToPng());
        Assert.ThrowsExactly<ArgumentException>(() => Array.Empty<FeatureImportance>().PlotImportance("Loss"));
    }
}
