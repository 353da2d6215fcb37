namespace QuickStart;

/// <summary>What a trained model predicts for a tumor.</summary>
internal sealed class Diagnosis
{
    public bool PredictedLabel { get; set; }

    public float Probability { get; set; }
}
