namespace Microsoft.ML.DenseNet;

/// <summary>Turns the outputs of a model's single networks into predictions, as the model does with its own.</summary>
/// <param name="Task">What is predicted.</param>
/// <param name="Conversion">What the outputs mean.</param>
/// <param name="Calibration">The calibration of a classifier's outputs; null for none.</param>
internal sealed record FoldPrediction(LearningTask Task, TargetConversion Conversion, Calibration? Calibration)
{
    /// <summary>Converts a row's outputs in place: to probabilities, or to numbers in the label's unit.</summary>
    public void Convert(Span<float> outputs)
    {
        Calibration?.Apply(outputs);
        if (Task == LearningTask.Regression)
            Conversion.ToPrediction(outputs);
        else
            OutputFunctions.ToPrediction(Task, outputs);
    }
}
