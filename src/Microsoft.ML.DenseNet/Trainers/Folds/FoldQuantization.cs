using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>Lets a model predict with 8-bit weights, if that costs no accuracy on rows that its networks did not see.</summary>
/// <remarks>
/// Each network is measured on the rows it did not see. That is strict: in the average of several networks, their rounding errors partly cancel.
/// </remarks>
internal static class FoldQuantization
{
    /// <summary>Returns the model quantized, or unchanged with a warning.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folds">Its networks, with the rows they did not see.</param>
    /// <param name="task">What it predicts.</param>
    /// <param name="factor">The factor on the networks' outputs.</param>
    /// <param name="channel">Where to report.</param>
    public static TrainedNetwork Apply(TrainedNetwork model, IReadOnlyList<FoldResult> folds, LearningTask task, double factor, IChannel channel)
    {
        const string Kept = $"{nameof(DenseNetOptions.Quantization)} is {nameof(NetworkQuantization.Int8)}, but the model predicts in single precision:";
        if (!folds.Any(fold => fold.Validation?.Count > 0))
        {
            channel.Warning($"{Kept} there are no held-out rows to measure its cost on. Set {nameof(DenseNetOptions.ValidationFraction)}, or give Fit validation data.");
            return model;
        }

        var cost = Measure(folds, task, factor);
        if (!cost.IsWithin(QuantizationCost.DefaultTolerance))
        {
            channel.Warning($"{Kept} with 8-bit weights the {cost} on held-out rows, and at most {QuantizationCost.DefaultTolerance:P1} is accepted.");
            return model;
        }

        channel.Info($"The model predicts with 8-bit weights: the {cost} on held-out rows.");
        return model.Quantize();
    }

    private static QuantizationCost Measure(IReadOnlyList<FoldResult> folds, LearningTask task, double factor)
    {
        bool isRegression = task == LearningTask.Regression;

        // Computed anew: networks that were trained again on all rows are no longer those of the outputs at hand.
        FoldResult[] single = [.. folds.Select(fold => FoldResult.Of(fold.Network, fold.Validation))];
        FoldResult[] quantized = [.. folds.Select(fold => FoldResult.Of(fold.Network.Quantize(), fold.Validation))];
        return new QuantizationCost(task, FoldCalibration.Error(single, isRegression, factor), FoldCalibration.Error(quantized, isRegression, factor));
    }
}
