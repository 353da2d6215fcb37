using ScottPlot;
using SkiaSharp;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Colours the background of a panel in cells of whole pixels, which meet without a seam in every browser.</summary>
/// <param name="cells">About how many cells are side by side.</param>
/// <param name="colorAt">The colour by horizontal and vertical value.</param>
internal sealed class GroundColors(int cells, Func<double, double, Color> colorAt) : IPlottable
{
    public bool IsVisible { get; set; } = true;

    public IAxes Axes { get; set; } = new Axes();

    public IEnumerable<LegendItem> LegendItems => LegendItem.None;

    public AxisLimits GetAxisLimits() => AxisLimits.NoLimits;

    public void Render(RenderPack rp)
    {
        if (rp.Canvas is SKNoDrawCanvas)
            return;
        var area = rp.DataRect;
        int size = Math.Max(2, (int)Math.Round(area.Width / cells));
        int right = (int)Math.Ceiling(area.Right), bottom = (int)Math.Ceiling(area.Bottom);
        using var paint = new SKPaint { IsAntialias = false };
        for (int y = (int)Math.Floor(area.Top); y < bottom; y += size)
        {
            // Neighbours of equal colour are merged.
            int start = (int)Math.Floor(area.Left);
            Color? current = null;
            for (int x = start; x < right + size; x += size)
            {
                Color? next = x >= right ? null : colorAt(Axes.GetCoordinateX(x + size / 2f), Axes.GetCoordinateY(y + size / 2f));
                if (current is { } color && next != current)
                {
                    paint.Color = color.ToSKColor();
                    rp.Canvas.DrawRect(start, y, x - start, size, paint);
                    start = x;
                }

                current = next;
            }
        }
    }
}
