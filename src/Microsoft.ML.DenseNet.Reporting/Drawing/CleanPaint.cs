using ScottPlot;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>
/// Removes the dashes from ScottPlot's shared paint. Otherwise markers after a dashed line are drawn with dashes too, which Skia
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
