namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>The text next to an axis.</summary>
/// <param name="Ticks">The ticks' places and labels.</param>
/// <param name="Title">The lines of the title; none for no title.</param>
/// <param name="IsTurned">Whether the ticks' labels read upwards.</param>
internal sealed record AxisLabels(IReadOnlyList<(double Place, string Label)> Ticks, IReadOnlyList<string> Title, bool IsTurned)
{
    /// <summary>The space that all of it takes next to the axis.</summary>
    public float Room { get; init; }

    /// <summary>How far the last label may reach beyond the axis's end.</summary>
    public float Overhang { get; init; }
}
