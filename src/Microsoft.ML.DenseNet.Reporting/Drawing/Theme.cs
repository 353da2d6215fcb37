using ScottPlot;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>
/// The colours of a picture by what they stand for. The series go back to Okabe and Ito's palette, which readers with any kind of
/// colour vision tell apart, darkened or lightened to a contrast of 3:1 or more with the ground.
/// </summary>
/// <remarks>Within a theme no two roles share a colour: the report finds a role again by the colour it was drawn in.</remarks>
internal sealed class Theme
{
    private Theme(string paper, string ink, string muted, string axis, string grid, string[] series, string[] ramp)
    {
        Paper = Color.FromHex(paper);
        Ink = Color.FromHex(ink);
        Muted = Color.FromHex(muted);
        Axis = Color.FromHex(axis);
        Grid = Color.FromHex(grid);
        Series = [.. series.Select(Color.FromHex)];
        Ramp = [.. ramp.Select(Color.FromHex)];
        Roles = [Paper, Ink, Muted, Axis, Grid, .. Series, .. Ramp];
    }

    public static Theme Light { get; } = new(
        paper: "#FFFFFF", ink: "#1B1F24", muted: "#59636E", axis: "#848D97", grid: "#E2E6EA",
        series: ["#0072B2", "#D55E00", "#00835C", "#B4548C", "#A06F00", "#2A93D1", "#8A2C4A", "#606C38"],
        ramp: ["#4B1D6F", "#39599A", "#1F8A84", "#5F9A2B", "#B58A00"]);

    public static Theme Dark { get; } = new(
        paper: "#14181D", ink: "#E9ECEF", muted: "#A7B0BA", axis: "#6E7884", grid: "#2A3037",
        series: ["#4FB0EA", "#FF8F4F", "#2CC79A", "#E59AC8", "#E3B341", "#A5D8F8", "#F0778F", "#B5C573"],
        ramp: ["#B892E6", "#7FA8EC", "#43C9C1", "#A3D552", "#F4D648"]);

    public Color Paper { get; }

    public Color Ink { get; }

    /// <summary>Text of less weight.</summary>
    public Color Muted { get; }

    public Color Axis { get; }

    public Color Grid { get; }

    /// <summary>The colours of classes and lines.</summary>
    public IReadOnlyList<Color> Series { get; }

    /// <summary>Five steps from low to high.</summary>
    public IReadOnlyList<Color> Ramp { get; }

    /// <summary>All colours, in one order for all themes.</summary>
    public IReadOnlyList<Color> Roles { get; }

    public static Theme Of(PictureTheme theme) => theme == PictureTheme.Dark ? Dark : Light;

    /// <summary>A series colour in a strength that grows with a share from 0 to 1, and on which <see cref="Ink"/> can always be read.</summary>
    public Color Shade(double share, int series) => Series[series].WithAlpha(0.08 + 0.47 * Math.Clamp(share, 0, 1));
}
