namespace Microsoft.ML.DenseNet;

/// <summary>A range that holds a row's label with a stated coverage; see <see cref="TrainedNetwork.PredictInterval"/>.</summary>
/// <param name="Lower">The lower bound, in the label's unit.</param>
/// <param name="Upper">The upper bound, in the label's unit; at least <paramref name="Lower"/>.</param>
public readonly record struct PredictionInterval(float Lower, float Upper)
{
    /// <summary>The distance between the bounds.</summary>
    public float Width => Upper - Lower;

    /// <summary>Whether a value is within the bounds, themselves included.</summary>
    public bool Contains(float value) => value >= Lower && value <= Upper;
}
