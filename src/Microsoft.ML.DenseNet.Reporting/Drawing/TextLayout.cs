using SkiaSharp;
using SkiaSharp.HarfBuzz;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Measures text in the pictures' font, and makes it fit.</summary>
internal static class TextLayout
{
    private const string Ellipsis = "…";

    public static float Width(string text, float size, bool bold = false)
    {
        if (EmbeddedFont.Covers(text))
            return Width(text, size, EmbeddedFont.Get(bold));
        float width = 0;
        foreach (var (run, typeface) in EmbeddedFont.Runs(text, bold))
        {
            // The width of Chinese characters and pictographs in any font.
            width += typeface is null ? size * new System.Globalization.StringInfo(run).LengthInTextElements : ShapedWidth(run, size, typeface);
        }

        return width;
    }

    /// <summary>The distance between two lines.</summary>
    public static float LineHeight(float size) => MathF.Round(size * 1.35f);

    /// <summary>The text, with its end replaced by an ellipsis if it is wider than <paramref name="maximum"/>.</summary>
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

    /// <summary>The text broken at spaces into at most <paramref name="maximumLines"/>, the last one shortened if necessary.</summary>
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
    /// <param name="canvas">Where to draw.</param>
    /// <param name="text">The text.</param>
    /// <param name="x">Where the line starts, is centred or ends.</param>
    /// <param name="middle">The height of the middle of its capital letters.</param>
    /// <param name="size">The size of the font.</param>
    /// <param name="color">The colour.</param>
    /// <param name="bold">Whether it is semi-bold.</param>
    /// <param name="align">What <paramref name="x"/> means.</param>
    public static void Draw(SKCanvas canvas, string text, float x, float middle, float size, ScottPlot.Color color, bool bold = false, SKTextAlign align = SKTextAlign.Left)
    {
        text = OneLine(text);
        if (string.IsNullOrWhiteSpace(text))
            return;
        using var paint = new SKPaint { Color = color.ToSKColor(), IsAntialias = true };
        using var font = MakeFont(EmbeddedFont.Get(bold), size);
        float y = middle + font.Metrics.CapHeight / 2;
        if (PlacedText.Of(canvas) is { } kept)
        {
            kept.Add(new PlacedText(text, canvas.TotalMatrix, x, y, size, color, bold, align));
            return;
        }

        if (EmbeddedFont.Covers(text))
        {
            canvas.DrawText(text, x, y, align, font, paint);
            return;
        }

        float width = Width(text, size, bold);
        x -= align switch { SKTextAlign.Center => width / 2, SKTextAlign.Right => width, _ => 0 };
        foreach (var (run, typeface) in EmbeddedFont.Runs(text, bold))
        {
            if (typeface is null)
            {
                // No font can draw it: draw the replacement sign, once for each character.
                for (int i = new System.Globalization.StringInfo(run).LengthInTextElements; i > 0; i--)
                {
                    canvas.DrawText("\uFFFD", x, y, SKTextAlign.Left, font, paint);
                    x += size;
                }

                continue;
            }

            using var own = MakeFont(typeface, size);
            using var shaper = new SKShaper(typeface);
            canvas.DrawShapedText(shaper, run, x, y, SKTextAlign.Left, own, paint);
            x += ShapedWidth(run, size, typeface);
        }
    }

    /// <summary>Creates a font with the settings that all text is drawn with.</summary>
    public static SKFont MakeFont(SKTypeface typeface, float size) => new(typeface, size) { Subpixel = true, Edging = SKFontEdging.Antialias };

    /// <summary>The width of a text in a font that has its characters, with letters joined and ordered as its script requires.</summary>
    public static float ShapedWidth(string text, float size, SKTypeface typeface)
    {
        using var font = new SKFont(typeface, size);
        using var shaper = new SKShaper(typeface);
        return shaper.Shape(text, font).Width;
    }

    /// <summary>The text without line feeds, other control characters and halves of surrogate pairs.</summary>
    public static string OneLine(string text) => string.Concat(text.EnumerateRunes().Select(rune => System.Text.Rune.IsControl(rune) ? " " : rune.ToString()));

    private static float Width(string text, float size, SKTypeface typeface)
    {
        using var font = new SKFont(typeface, size);
        return font.MeasureText(text);
    }
}
