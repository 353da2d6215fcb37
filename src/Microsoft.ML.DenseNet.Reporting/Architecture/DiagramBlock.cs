using SkiaSharp;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>A part of a network's diagram. Rows enter at the middle of its top and leave at the middle of its bottom.</summary>
internal abstract class DiagramBlock
{
    /// <summary>The distance between blocks, spanned by the arrows.</summary>
    protected const float Gap = 18;

    public float Width { get; protected init; }

    public float Height { get; protected init; }

    /// <summary>Draws the block.</summary>
    /// <param name="canvas">Where to draw.</param>
    /// <param name="theme">The colours.</param>
    /// <param name="centre">The middle of the block's width.</param>
    /// <param name="top">Its top.</param>
    /// <param name="marks">Receives what the report shows on hover.</param>
    public abstract void Draw(SKCanvas canvas, Theme theme, float centre, float top, List<PlacedMark> marks);

    /// <summary>Draws a line from point to point, with right angles.</summary>
    protected static void Line(SKCanvas canvas, Theme theme, params ReadOnlySpan<(float X, float Y)> points)
    {
        using var paint = new SKPaint { Color = theme.Axis.ToSKColor(), StrokeWidth = 1.5f, IsStroke = true, IsAntialias = true, StrokeJoin = SKStrokeJoin.Round };
        for (int i = 1; i < points.Length; i++)
            canvas.DrawLine(points[i - 1].X, points[i - 1].Y, points[i].X, points[i].Y, paint);
    }

    /// <summary>Draws a line down that ends in an arrowhead.</summary>
    protected static void Arrow(SKCanvas canvas, Theme theme, float x, float top, float bottom)
    {
        Line(canvas, theme, (x, top), (x, bottom - 1));
        using var paint = new SKPaint { Color = theme.Axis.ToSKColor(), IsAntialias = true };
        using var builder = new SKPath();
        builder.MoveTo(x - 4, bottom - 6);
        builder.LineTo(x + 4, bottom - 6);
        builder.LineTo(x, bottom);
        builder.Close();
        canvas.DrawPath(builder, paint);
    }
}
