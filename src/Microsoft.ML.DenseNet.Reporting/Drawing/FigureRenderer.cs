using ScottPlot;
using SkiaSharp;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Draws figures: background, title and legend from the top, then the panels in the remaining space.</summary>
internal static class FigureRenderer
{
    private const float Border = 12;
    private const float MarkerWidth = 18;
    private const float LineWidth = 32;
    private const float LegendGap = 14;
    private const float PanelGap = 8;
    private const int MinimumLegendRows = 4;

    public static IReadOnlyList<PlacedMark> Draw(Figure figure, FigureStyle style, SKCanvas canvas)
    {
        using (var paint = new SKPaint { Color = style.Theme.Paper.ToSKColor() })
            canvas.DrawRect(0, 0, style.Width, style.Height, paint);

        float y = Border;
        y = DrawLines(canvas, figure.Title, FigureStyle.TitleSize, style.Theme.Ink, bold: true, style, y);
        if (figure.Subtitle.Length > 0)
            y = DrawLines(canvas, figure.Subtitle, FigureStyle.TextSize, style.Theme.Muted, bold: false, style, y);
        if (figure.Legend.Count > 0)
            y = DrawLegend(canvas, figure.Legend, style, y + 4);
        return DrawPanels(canvas, figure, style, y + 4);
    }

    private static float DrawLines(SKCanvas canvas, string text, float size, Color color, bool bold, FigureStyle style, float y)
    {
        float height = TextLayout.LineHeight(size);
        foreach (string line in TextLayout.Wrap(text, size, style.Width - 2 * Border, maximumLines: 3, bold))
        {
            TextLayout.Draw(canvas, line, Border, y + height / 2, size, color, bold);
            y += height;
        }

        return y;
    }

    private static float DrawLegend(SKCanvas canvas, IReadOnlyList<LegendEntry> legend, FigureStyle style, float y)
    {
        const float Size = FigureStyle.TextSize;
        float height = TextLayout.LineHeight(Size) + 2;
        float right = style.Width - Border;
        float longest = Math.Min(220, right - Border - LineWidth);
        float x = Border;
        int row = 1;

        // A legend may take a third of the picture, so that names are dropped only if there are very many.
        int maximumRows = Math.Max(MinimumLegendRows, (int)(style.Height * 0.3f / height));
        for (int i = 0; i < legend.Count; i++)
        {
            float symbol = legend[i].Marker is null ? LineWidth : MarkerWidth;
            string value = legend[i].Value.Length == 0 ? "" : $": {legend[i].Value}";
            string text = TextLayout.Fit(legend[i].Text, Size, longest - TextLayout.Width(value, Size));
            float textWidth = TextLayout.Width(text, Size), width = symbol + textWidth + TextLayout.Width(value, Size);
            string rest = $"and {legend.Count - i} more";
            bool isLast = i == legend.Count - 1;
            float needed = width + (row == maximumRows && !isLast ? LegendGap + TextLayout.Width(rest, Size) : 0);
            if (x + needed > right && x > Border)
            {
                if (row == maximumRows)
                {
                    TextLayout.Draw(canvas, rest, x, y + height / 2, Size, style.Theme.Muted);
                    break;
                }

                row++;
                x = Border;
                y += height;
            }

            DrawSymbol(canvas, legend[i], x, y + height / 2);
            TextLayout.Draw(canvas, text, x + symbol, y + height / 2, Size, style.Theme.Ink);
            TextLayout.Draw(canvas, value, x + symbol + textWidth, y + height / 2, Size, style.Theme.Ink); // separately, or a right-to-left name would absorb it
            x += width + LegendGap;
        }

        return y + height;
    }

    private static void DrawSymbol(SKCanvas canvas, LegendEntry entry, float x, float y)
    {
        using var paint = Paint.NewDisposablePaint();
        if (entry.Marker is { } shape)
            ScottPlot.Drawing.DrawMarker(canvas, paint, new Pixel(x + 6, y), new MarkerStyle(shape, 9, entry.Color));
        else
            ScottPlot.Drawing.DrawLine(canvas, paint, new PixelLine(x, y, x + LineWidth - 6, y), new LineStyle(2, entry.Color, entry.Pattern ?? LinePattern.Solid));
    }

    private static List<PlacedMark> DrawPanels(SKCanvas canvas, Figure figure, FigureStyle style, float top)
    {
        int columns = Math.Max(1, figure.Columns);
        int rows = (figure.Panels.Count + columns - 1) / columns;
        float axisLeft = figure.SharesAxes ? Figure.AxisRoomLeft : 0, axisBottom = figure.SharesAxes ? Figure.AxisRoomBottom : 0;
        float width = (style.Width - 2 * Border - axisLeft - (columns - 1) * PanelGap) / columns;
        float room = style.Height - Border / 2 - top - axisBottom - (rows - 1) * PanelGap;
        var marks = new List<PlacedMark>();
        for (int i = 0; i < figure.Panels.Count; i++)
        {
            if (figure.Panels[i] is not { } panel)
                continue;
            float left = Border + axisLeft + i % columns * (width + PanelGap);
            float y = top + (i / columns * PanelGap) + (room * ShareAbove(figure, i / columns, rows));
            float bottom = y + (room * Share(figure, i / columns, rows));
            if (panel.Title.Length > 0)
            {
                float line = TextLayout.LineHeight(FigureStyle.TextSize);
                TextLayout.Draw(canvas, TextLayout.Fit(panel.Title, FigureStyle.TextSize, width, bold: true), left, y + line / 2, FigureStyle.TextSize, style.Theme.Ink, bold: true);
                y += line + 2;
            }

            bool isLowest = i + columns >= figure.Panels.Count || figure.Panels[i + columns] is null;
            var area = new PixelRect(left - (i % columns == 0 ? axisLeft : 0), left + width, bottom + (isLowest ? axisBottom : 0), y);
            marks.AddRange(panel.Draw(canvas, area));
        }

        return marks;
    }

    private static float Share(Figure figure, int row, int rows) => figure.RowShares?[row] ?? 1f / rows;

    private static float ShareAbove(Figure figure, int row, int rows) => Enumerable.Range(0, row).Sum(above => Share(figure, above, rows));
}
