// The code that Model Builder writes to evaluate a model. Nothing here depends on the trainer.
using Microsoft.ML;
using Microsoft.ML.DenseNet.Reporting;

namespace ModelBuilder.Regression;

public partial class Automobile
{
    /// <summary>
    /// Permutation feature importance (PFI): how much R² changes when the values of one feature are shuffled among the rows.
    /// The model is evaluated once per feature, which can take a while.
    /// </summary>
    /// <param name="mlContext">The common context for all ML.NET operations.</param>
    /// <param name="trainData">The data to evaluate the model on.</param>
    /// <param name="model">Model to evaluate.</param>
    /// <param name="labelColumnName">Label column being predicted.</param>
    /// <returns>Each feature and its importance, the most important first.</returns>
    public static List<Tuple<string, double>> CalculatePFI(MLContext mlContext, IDataView trainData, ITransformer model, string labelColumnName)
    {
        var preprocessedTrainData = model.Transform(trainData);

        var permutationFeatureImportance =
            mlContext.Regression
                .PermutationFeatureImportance(
                    model,
                    preprocessedTrainData,
                    labelColumnName: labelColumnName);

        var featureImportanceMetrics =
            permutationFeatureImportance
                .Select((kvp) => new { kvp.Key, kvp.Value.RSquared })
                .OrderByDescending(myFeatures => Math.Abs(myFeatures.RSquared.Mean));

        var featurePFI = new List<Tuple<string, double>>();
        foreach (var feature in featureImportanceMetrics)
        {
            var pfiValue = Math.Abs(feature.RSquared.Mean);
            featurePFI.Add(new Tuple<string, double>(feature.Key, pfiValue));
        }

        return featurePFI;
    }

    /// <summary>
    /// Plots predicted against true values, and the errors, and saves them as RegressionChart.html. In a perfect model, all points lie on the diagonal.
    /// </summary>
    /// <param name="trainData">The data to evaluate the model on.</param>
    /// <param name="model">Model to evaluate.</param>
    /// <param name="labelColumnName">Label column being predicted.</param>
    /// <param name="folderPath">Folder for the chart.</param>
    public static void PlotRSquaredValues(IDataView trainData, ITransformer model, string labelColumnName, string folderPath)
    {
        var testResults = model.Transform(trainData);
        var chart = testResults.PlotResiduals(labelColumnName);

        var chartFilePath = Path.Combine(folderPath, "RegressionChart.html");
        File.WriteAllText(chartFilePath, $"""
            <!DOCTYPE html>
            <html lang="en">
            <meta charset="utf-8">
            <title>R-Squared Plot</title>
            {chart.ToSvg()}
            </html>
            """);
    }
}
