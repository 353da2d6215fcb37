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
    /// <param name="plan">How they were trained.</param>
    /// <param name="calibration">The map of the networks' outputs; null for none.</param>
    /// <param name="channel">Where to report.</param>
    public static TrainedNetwork Apply(TrainedNetwork model, IReadOnlyList<FoldResult> folds, TrainingPlan plan, Calibration? calibration, IChannel channel)
    {
        const string Kept = $"{nameof(DenseNetOptions.Quantization)} is {nameof(NetworkQuantization.Int8)}, but the model predicts in single precision:";
        if (!folds.Any(fold => fold.Validation?.Count > 0))
        {
            channel.Warning($"{Kept} there are no held-out rows to measure its cost on. Set {nameof(DenseNetOptions.ValidationFraction)}, or give Fit validation data.");
            return model;
        }

        var cost = Measure(folds, plan.Task, plan.Loss.ScoreOutput, calibration);
        if (!cost.IsWithin(QuantizationCost.DefaultTolerance))
        {
            channel.Warning($"{Kept} with 8-bit weights the {cost} on held-out rows, and at most {QuantizationCost.DefaultTolerance:P1} is accepted.");
            return model;
        }

        channel.Info($"The model predicts with 8-bit weights: the {cost} on held-out rows.");
        return model.Quantize();
    }

    private static QuantizationCost Measure(IReadOnlyList<FoldResult> folds, LearningTask task, int scoreOutput, Calibration? calibration)
    {
        // Computed anew: networks that were trained again on all rows are no longer those of the outputs at hand.
        var networks = folds.Select(fold => (Network: FoldAverage.Join([fold.Network], MeanKind.Outputs, calibration), fold.Validation)).ToList();
        return new QuantizationCost(task, Error(task, scoreOutput, networks), Error(task, scoreOutput, [.. networks.Select(fold => (fold.Network.Quantize(), fold.Validation))]));
    }

    private static double Error(LearningTask task, int scoreOutput, IReadOnlyList<(TrainedNetwork Network, RowSet? Validation)> networks)
    {
        var error = new PredictionError(task == LearningTask.Regression, scoreOutput);
        foreach (var (network, validation) in networks)
        {
            if (validation is null)
                continue;
            float[] values = FoldResult.Of(network, validation).Outputs;
            int outputs = network.Layout.OutputWidth, row = 0;
            foreach (var block in validation.Blocks)
            {
                for (int i = 0; i < block.Rows; i++, row++)
                    error.Add(values.AsSpan(row * outputs, outputs), block.Labels.Span[i], validation.HasWeights ? block.Weights.Span[i] : 1);
            }
        }

        return error.Value;
    }
}
