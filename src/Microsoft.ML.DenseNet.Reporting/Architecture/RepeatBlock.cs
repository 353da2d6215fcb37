using SkiaSharp;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>A block that represents several equal ones: drawn once, in a frame that says how many there are and how they are joined.</summary>
internal sealed class RepeatBlock : DiagramBlock
{
    private const float Padding = 14;
    private const float Step = 5;
    private const float TextSize = FigureStyle.TextSize;

    private readonly DiagramBlock _block;
    private readonly IReadOnlyList<string> _label;
    private readonly string _hover;
    private readonly float _labelHeight;

    /// <param name="block">One of the equal blocks.</param>
    /// <param name="label">How many there are, and how they are joined.</param>
    /// <param name="maximumWidth">The available width.</param>
    /// <param name="hover">What the report shows on hover.</param>
    public RepeatBlock(DiagramBlock block, string label, float maximumWidth, string hover)
    {
        (_block, _hover) = (block, hover);
        float room = Math.Max(block.Width, Math.Min(maximumWidth - 2 * Margin, TextLayout.Width(label, TextSize, bold: true)));
        _label = TextLayout.Wrap(label, TextSize, room, maximumLines: 3, bold: true);
        _labelHeight = _label.Count * TextLayout.LineHeight(TextSize);
        Width = Math.Max(block.Width, _label.Max(line => TextLayout.Width(line, TextSize, bold: true))) + 2 * Margin;
        Height = Padding + _labelHeight + Gap + block.Height + Padding + 2 * Step;
    }

    /// <summary>The width of the frame on each side.</summary>
    public static float Margin => Padding + 2 * Step;

    public override void Draw(SKCanvas canvas, Theme theme, float centre, float top, List<PlacedMark> marks)
    {
        // Two more sheets under the frame show that there are several.
        float half = Width / 2 - 2 * Step, height = Height - 2 * Step;
        using (var stroke = new SKPaint { Color = theme.Axis.ToSKColor(), IsStroke = true, StrokeWidth = 1.2f, IsAntialias = true })
        {
            canvas.DrawRoundRect(new SKRect(centre - half, top, centre + half, top + height), 8, 8, stroke);
            for (int sheet = 1; sheet <= 2; sheet++)
            {
                float off = sheet * Step, right = centre + half + off, bottom = top + height + off;
                using var edge = new SKPath();
                edge.MoveTo(right - Step, top + off);
                edge.LineTo(right - 6, top + off);
                edge.QuadTo(right, top + off, right, top + off + 6);
                edge.LineTo(right, bottom - 8);
                edge.QuadTo(right, bottom, right - 8, bottom);
                edge.LineTo(centre - half + off + 6, bottom);
                edge.QuadTo(centre - half + off, bottom, centre - half + off, bottom - Step);
                canvas.DrawPath(edge, stroke);
            }
        }

        float y = top + Padding / 2;
        foreach (string line in _label)
        {
            TextLayout.Draw(canvas, line, centre, y + TextLayout.LineHeight(TextSize) / 2, TextSize, theme.Ink, bold: true, SKTextAlign.Center);
            y += TextLayout.LineHeight(TextSize);
        }

        var middle = canvas.TotalMatrix.MapPoint(centre, top + Padding / 2 + _labelHeight / 2);
        marks.Add(new PlacedMark(middle.X, middle.Y, _hover));
        y = top + Padding + _labelHeight;
        Arrow(canvas, theme, centre, y - Padding / 4, y + Gap);
        _block.Draw(canvas, theme, centre, y + Gap, marks);
        Line(canvas, theme, (centre, y + Gap + _block.Height), (centre, top + Height));
    }
}
