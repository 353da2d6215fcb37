using ScottPlot;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>A line of a legend.</summary>
/// <param name="Text">What the symbol represents.</param>
/// <param name="Color">The symbol's colour.</param>
/// <param name="Marker">A marker as the symbol; null for a line.</param>
/// <param name="Pattern">The line's pattern, if the symbol is a line.</param>
internal sealed record LegendEntry(string Text, Color Color, MarkerShape? Marker = null, LinePattern? Pattern = null)
{
    /// <summary>A value after the text, which is never shortened; empty for none.</summary>
    public string Value { get; init; } = "";
}
