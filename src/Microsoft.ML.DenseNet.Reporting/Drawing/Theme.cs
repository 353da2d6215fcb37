using ScottPlot;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>
/// The colours of a picture, by role. The series start with the blue and orange of Okabe and Ito's palette; all were chosen by a search
/// so that readers with any kind of colour vision can distinguish any two, by hue or by lightness (a test measures how well), at a
/// contrast of 3:1 or more with the background.
/// </summary>
/// <remarks>Within a theme no two roles share a colour: the report identifies a role by the colour it was drawn in.</remarks>
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
        series: ["#0368CE", "#EB6B30", "#0A3A0B", "#7D0A56", "#B085A7", "#A35864", "#5C5E00", "#0094FF"],
        ramp: ["#2D0B59", "#3F3FA8", "#1F72A6", "#2F9A6A", "#B08A00"]);

    public static Theme Dark { get; } = new(
        paper: "#14181D", ink: "#E9ECEF", muted: "#A7B0BA", axis: "#6E7884", grid: "#2A3037",
        series: ["#5497D2", "#FE9C38", "#00F6CE", "#AE5B87", "#CA1152", "#6662C2", "#78A26C", "#948125"],
        ramp: ["#7A54C7", "#5B86DD", "#45B4C9", "#8DDB7C", "#FFF27A"]);

    public Color Paper { get; }

    public Color Ink { get; }

    /// <summary>Less prominent text.</summary>
    public Color Muted { get; }

    public Color Axis { get; }

    public Color Grid { get; }

    /// <summary>The colours of classes and lines.</summary>
    public IReadOnlyList<Color> Series { get; }

    /// <summary>Five steps from low to high.</summary>
    public IReadOnlyList<Color> Ramp { get; }

    /// <summary>All colours, in the same order in all themes.</summary>
    public IReadOnlyList<Color> Roles { get; }

    public static Theme Of(PictureTheme theme) => theme == PictureTheme.Dark ? Dark : Light;

    /// <summary>A series colour whose strength grows with a share from 0 to 1, and on which <see cref="Ink"/> is always readable.</summary>
    public Color Shade(double share, int series) => Series[series].WithAlpha(0.08 + 0.47 * Math.Clamp(share, 0, 1));
}
