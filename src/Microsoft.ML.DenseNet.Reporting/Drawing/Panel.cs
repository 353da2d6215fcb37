using ScottPlot;
using SkiaSharp;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>A part of a figure.</summary>
internal abstract class Panel : IDisposable
{
    /// <summary>A line above the panel; empty for none.</summary>
    public string Title { get; init; } = "";

    /// <summary>Draws the panel and returns the places of its values.</summary>
    public abstract IEnumerable<PlacedMark> Draw(SKCanvas canvas, PixelRect area);

    public abstract void Dispose();
}
