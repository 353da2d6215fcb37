namespace Microsoft.ML.DenseNet.ScoringHost;

/// <summary>A row to score.</summary>
internal sealed class HostRow
{
    public float[] Features { get; set; } = [];
}
