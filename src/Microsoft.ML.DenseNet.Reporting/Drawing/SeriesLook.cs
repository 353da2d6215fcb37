using ScottPlot;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>How one of many classes or lines looks: besides colours, markers and dashes distinguish them.</summary>
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

    /// <summary>A shape that neighbours do not share; 40 combinations with the colour.</summary>
    public static MarkerShape Shape(int index) => Shapes[index % Shapes.Length];

    /// <summary>A pattern that neighbours do not share; 40 combinations with the colour.</summary>
    public static LinePattern Pattern(int index) => Patterns[index % Patterns.Length];
}
