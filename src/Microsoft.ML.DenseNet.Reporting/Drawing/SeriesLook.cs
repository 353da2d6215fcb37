using ScottPlot;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>How one of many classes or lines looks: beyond the colours, markers and dashes keep them apart.</summary>
internal static class SeriesLook
{
    private static readonly MarkerShape[] Shapes = [MarkerShape.FilledCircle, MarkerShape.FilledTriangleUp, MarkerShape.FilledSquare, MarkerShape.FilledDiamond, MarkerShape.FilledTriangleDown];
    private static readonly LinePattern[] Patterns = 
    [
        LinePattern.Solid,
        LinePattern.DenselyDashed,
        new LinePattern([10, 3, 2, 3], 0, "dash-dot"),
        new LinePattern([2, 2], 0, "dots"),
        new LinePattern([14, 4], 0, "long dashes"),
    ];

    public static Color Color(Theme theme, int index) => theme.Series[index % theme.Series.Count];

    /// <summary>A shape that neighbours do not share; with the colour, 40 combinations.</summary>
    public static MarkerShape Shape(int index) => Shapes[index % Shapes.Length];

    /// <summary>A pattern that neighbours do not share; with the colour, 40 combinations.</summary>
    public static LinePattern Pattern(int index) => Patterns[index % Patterns.Length];
}
