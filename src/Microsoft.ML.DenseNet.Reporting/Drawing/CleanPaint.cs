using ScottPlot;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>
/// Takes the dashes off ScottPlot's shared paint. Without it the markers after a dashed line are drawn with dashes too, which Skia
/// cannot do in SVG and reports on the process's standard error.
/// </summary>
internal sealed class CleanPaint : IPlottable
{
    public bool IsVisible { get; set; } = true;

    public IAxes Axes { get; set; } = new Axes();

    public IEnumerable<LegendItem> LegendItems => LegendItem.None;

    public AxisLimits GetAxisLimits() => AxisLimits.NoLimits;

    public void Render(RenderPack rp) => rp.Paint.SKPathEffect = null!;
}
