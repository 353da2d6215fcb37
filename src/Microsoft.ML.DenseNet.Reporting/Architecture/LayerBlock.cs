using SkiaSharp;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>A box for a layer and the elementwise layers directly after it: activation, normalization, dropout.</summary>
internal sealed class LayerBlock : DiagramBlock
{
    private const float TextSize = FigureStyle.TextSize;
    private const float SmallSize = FigureStyle.SmallTextSize;
    private const float Padding = 9;
    private const float SmallestWidth = 96;
    private const float LargestWidth = 300;

    private readonly string _title;
    private readonly IReadOnlyList<string> _lines;
    private readonly int? _series;
    private readonly string _hover;

    /// <param name="title">The first line.</param>
    /// <param name="lines">More lines, in smaller text.</param>
    /// <param name="units">The layer's output width; wider layers get wider boxes.</param>
    /// <param name="largestUnits">The width of the widest layer in the network.</param>
    /// <param name="series">The colour; null for grey.</param>
    /// <param name="maximumWidth">The available width.</param>
    /// <param name="hover">What the report shows on hover.</param>
    public LayerBlock(string title, IReadOnlyList<string> lines, int units, int largestUnits, int? series, float maximumWidth, string hover)
    {
        float room = Math.Clamp(maximumWidth, SmallestWidth, LargestWidth) - 2 * Padding;
        _title = TextLayout.Fit(title, TextSize, room, bold: true);
        _lines = [.. lines.SelectMany(line => TextLayout.Wrap(line, SmallSize, room, maximumLines: 2))];
        (_series, _hover) = (series, hover);
        float text = _lines.Select(line => TextLayout.Width(line, SmallSize)).Append(TextLayout.Width(_title, TextSize, bold: true)).Max();
        float share = largestUnits <= 1 ? 0 : MathF.Log2(units) / MathF.Log2(largestUnits);
        Width = Math.Max(text + 2 * Padding, Math.Min(room + 2 * Padding, SmallestWidth + share * (LargestWidth - SmallestWidth) * 0.6f));
        Height = TextLayout.LineHeight(TextSize) + _lines.Count * TextLayout.LineHeight(SmallSize) + 2 * Padding - 4;
    }

    public override void Draw(SKCanvas canvas, Theme theme, float centre, float top, List<PlacedMark> marks)
    {
        var color = _series is { } series ? theme.Series[series] : theme.Axis;
        var box = new SKRect(centre - Width / 2, top, centre + Width / 2, top + Height);
        using (var fill = new SKPaint { Color = color.WithAlpha(0.14).ToSKColor(), IsAntialias = true })
            canvas.DrawRoundRect(box, 6, 6, fill);
        using (var stroke = new SKPaint { Color = color.ToSKColor(), IsStroke = true, StrokeWidth = 1.5f, IsAntialias = true })
            canvas.DrawRoundRect(box, 6, 6, stroke);

        float y = top + Padding - 2;
        float line = TextLayout.LineHeight(TextSize);
        TextLayout.Draw(canvas, _title, centre, y + line / 2, TextSize, theme.Ink, bold: true, SKTextAlign.Center);
        y += line;
        line = TextLayout.LineHeight(SmallSize);
        foreach (string text in _lines)
        {
            TextLayout.Draw(canvas, text, centre, y + line / 2, SmallSize, theme.Muted, align: SKTextAlign.Center);
            y += line;
        }

        var middle = canvas.TotalMatrix.MapPoint(centre, top + Height / 2);
        marks.Add(new PlacedMark(middle.X, middle.Y, _hover));
    }
}
