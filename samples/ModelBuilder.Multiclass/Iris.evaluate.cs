// The code that Model Builder writes to evaluate a model. Nothing here depends on the trainer.
using Microsoft.ML;

namespace ModelBuilder.Multiclass;

public partial class Iris
{
    /// <summary>
    /// Permutation feature importance (PFI): how much the macro accuracy changes when the values of one feature are shuffled among the rows.
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
            mlContext.MulticlassClassification
                .PermutationFeatureImportance(
                    model,
                    preprocessedTrainData,
                    labelColumnName: labelColumnName);

        var featureImportanceMetrics =
            permutationFeatureImportance
                .Select((kvp) => new { kvp.Key, kvp.Value.MacroAccuracy })
                .OrderByDescending(myFeatures => Math.Abs(myFeatures.MacroAccuracy.Mean));

        var featurePFI = new List<Tuple<string, double>>();
        foreach (var feature in featureImportanceMetrics)
        {
            var pfiValue = Math.Abs(feature.MacroAccuracy.Mean);
            featurePFI.Add(new Tuple<string, double>(feature.Key, pfiValue));
        }

        return featurePFI;
    }
}
