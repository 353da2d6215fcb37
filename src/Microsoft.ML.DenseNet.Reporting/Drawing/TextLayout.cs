using SkiaSharp;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Measures text in the pictures' font, and makes it fit.</summary>
internal static class TextLayout
{
    private const string Ellipsis = "…";

    public static float Width(string text, float size, bool bold = false)
    {
        using var font = new SKFont(EmbeddedFont.For(text, bold), size);
        return font.MeasureText(text);
    }

    /// <summary>The distance of two lines.</summary>
    public static float LineHeight(float size) => MathF.Round(size * 1.35f);

    /// <summary>The text, its end replaced by an ellipsis where it is wider than <paramref name="maximum"/>.</summary>
    public static string Fit(string text, float size, float maximum, bool bold = false)
    {
        text = OneLine(text);
        if (Width(text, size, bold) <= maximum)
            return text;
        int[] starts = System.Globalization.StringInfo.ParseCombiningCharacters(text);
        int low = 0, high = starts.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (Width(text[..starts[middle]].TrimEnd() + Ellipsis, size, bold) <= maximum)
                low = middle;
            else
                high = middle - 1;
        }

        return text[..starts[low]].TrimEnd() + Ellipsis;
    }

    /// <summary>The text broken at spaces into at most <paramref name="maximumLines"/>, the last shortened where it must be.</summary>
    public static IReadOnlyList<string> Wrap(string text, float size, float width, int maximumLines, bool bold = false)
    {
        string[] words = OneLine(text).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var lines = new List<string>();
        int word = 0;
        while (word < words.Length)
        {
            if (lines.Count == maximumLines - 1)
            {
                lines.Add(Fit(string.Join(' ', words[word..]), size, width, bold));
                break;
            }

            string line = words[word++];
            while (word < words.Length && Width($"{line} {words[word]}", size, bold) <= width)
                line += " " + words[word++];
            lines.Add(Fit(line, size, width, bold));
        }

        return lines;
    }

    /// <summary>Draws one line.</summary>
    /// <param name="canvas">Where.</param>
    /// <param name="text">What.</param>
    /// <param name="x">Where the line starts, is centred or ends.</param>
    /// <param name="middle">The height of the middle of its capital letters.</param>
    /// <param name="size">The size of the font.</param>
    /// <param name="color">The colour.</param>
    /// <param name="bold">Whether it is semi-bold.</param>
    /// <param name="align">What <paramref name="x"/> means.</param>
    public static void Draw(SKCanvas canvas, string text, float x, float middle, float size, ScottPlot.Color color, bool bold = false, SKTextAlign align = SKTextAlign.Left)
    {
        using var font = new SKFont(EmbeddedFont.For(text, bold), size) { Subpixel = true, Edging = SKFontEdging.Antialias };
        using var paint = new SKPaint { Color = color.ToSKColor(), IsAntialias = true };
        canvas.DrawText(text, x, middle + font.Metrics.CapHeight / 2, align, font, paint);
    }

    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
