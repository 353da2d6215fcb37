using ScottPlot;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>How one of many classes or lines looks: beyond the colours, markers and dashes keep them apart.</summary>
internal static class SeriesLook
{
    private static readonly MarkerShape[] Shapes = [MarkerShape.FilledCircle, MarkerShape.FilledTriangleUp, MarkerShape.FilledSquare, MarkerShape.FilledDiamond, MarkerShape.FilledTriangleDown];
    private static readonly LinePattern[] Patterns = [LinePattern.Solid, LinePattern.Dashed, LinePattern.Dotted, LinePattern.DenselyDashed];

    public static Color Color(Theme theme, int index) => theme.Series[index % theme.Series.Count];

    /// <summary>A shape that neighbours do not share; with the colour, 40 combinations.</summary>
    public static MarkerShape Shape(int index) => Shapes[index % Shapes.Length];

    public static LinePattern Pattern(Theme theme, int index) => Patterns[index / theme.Series.Count % Patterns.Length];
}
