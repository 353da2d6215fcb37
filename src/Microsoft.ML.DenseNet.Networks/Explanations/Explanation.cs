namespace Microsoft.ML.DenseNet;

/// <summary>Why a network predicts what it predicts for a row: what each feature contributes to it, compared with the background rows.</summary>
/// <remarks>For several classes, <see cref="Outputs"/> has an explanation for each; the other members are about the class with the highest score, or the quantile nearest to the median.</remarks>
public sealed class Explanation
{
    internal Explanation(IReadOnlyList<FeatureColumn> features, OutputExplanation[] outputs, int predicted, int steps)
    {
        (Features, Outputs, PredictedOutput, Steps) = (features, outputs.AsReadOnly(), predicted, steps);
    }

    /// <summary>What each contribution belongs to, with its slots and its name; the name is empty if the model does not know it.</summary>
    public IReadOnlyList<FeatureColumn> Features { get; }

    /// <summary>One explanation, or one for each of several classes or quantiles, in their order.</summary>
    public IReadOnlyList<OutputExplanation> Outputs { get; }

    /// <summary>The index in <see cref="Outputs"/> of the class with the highest score, or of the quantile nearest to the median.</summary>
    public int PredictedOutput { get; }

    /// <summary>The number of steps from the background rows to the row, all together, in each of which gradients were computed; 0 if a score is not finite.</summary>
    public int Steps { get; }

    /// <inheritdoc cref="OutputExplanation.BaseValue"/>
    public double BaseValue => Outputs[PredictedOutput].BaseValue;

    /// <inheritdoc cref="OutputExplanation.Score"/>
    public double Score => Outputs[PredictedOutput].Score;

    /// <inheritdoc cref="OutputExplanation.Gap"/>
    public double Gap => Outputs[PredictedOutput].Gap;

    /// <inheritdoc cref="OutputExplanation.Contributions"/>
    public IReadOnlyList<float> Contributions => Outputs[PredictedOutput].Contributions;
}
