using ScottPlot;
using SkiaSharp;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>A panel without axes, drawn by hand.</summary>
/// <param name="draw">Draws in the given area and returns the places of values.</param>
internal sealed class CanvasPanel(Func<SKCanvas, PixelRect, IEnumerable<PlacedMark>> draw) : Panel
{
    public override IEnumerable<PlacedMark> Draw(SKCanvas canvas, PixelRect area) => draw(canvas, area);

    public override void Dispose()
    {
    }
}
