using System.Collections.Concurrent;
using System.Globalization;
using ScottPlot;
using SkiaSharp;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>
/// The font of all pictures, Inter, embedded in the assembly: text looks the same on a machine without any installed font. Characters
/// that Inter lacks get an installed font that has them, if there is one.
/// </summary>
internal sealed class EmbeddedFont : IFontResolver
{
    /// <summary>The name under which ScottPlot finds the font; no installed font has it.</summary>
    public const string Name = "Microsoft.ML.DenseNet Inter";

    private static readonly SKTypeface Regular = Load("Inter-Regular.otf");
    private static readonly SKTypeface SemiBold = Load("Inter-SemiBold.otf");

    /// <summary>For characters that Inter lacks, a font that has them; null if there is none.</summary>
    private static readonly ConcurrentDictionary<int, SKTypeface?> Substitutes = new();
    private static readonly Lazy<IReadOnlyList<SKTypeface>> Installed = new(() =>
        [.. SKFontManager.Default.FontFamilies.Select(family => SKFontManager.Default.MatchFamily(family)).OfType<SKTypeface>()]);

    static EmbeddedFont() => Fonts.FontResolvers.Add(new EmbeddedFont());

    /// <summary>The embedded font.</summary>
    public static SKTypeface Get(bool bold) => bold ? SemiBold : Regular;

    /// <summary>Whether the embedded font has all characters of the text.</summary>
    public static bool Covers(string text) => text.EnumerateRunes().All(rune => Has(Regular, rune));

    /// <summary>Splits the text into runs of one font each; null if no font has the characters.</summary>
    public static List<(string Text, SKTypeface? Font)> Runs(string text, bool bold)
    {
        var runs = new List<(string Text, SKTypeface? Font)>();
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            string element = elements.GetTextElement();
            var font = FontOf(element, bold, runs.Count > 0 ? runs[^1].Font : null);
            if (runs.Count > 0 && ReferenceEquals(runs[^1].Font, font))
                runs[^1] = (runs[^1].Text + element, font);
            else
                runs.Add((element, font));
        }

        return runs;
    }

    /// <inheritdoc/>
    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
        fontName == Name ? Get(weight == FontWeight.Bold) : null;

    /// <inheritdoc/>
    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => fontName == Name ? Get(bold) : null;

    /// <param name="element">What a reader perceives as one character.</param>
    /// <param name="bold">Whether it is semi-bold.</param>
    /// <param name="previous">The font of what precedes it, which continues through spaces.</param>
    private static SKTypeface? FontOf(string element, bool bold, SKTypeface? previous)
    {
        var missing = element.EnumerateRunes().FirstOrDefault(rune => !Has(Regular, rune));
        if (missing == default)
            return previous is not null && Substitutes.Values.Contains(previous) && string.IsNullOrWhiteSpace(element) ? previous : Get(bold);
        return previous is not null && Has(previous, missing) ? previous : Substitutes.GetOrAdd(missing.Value, FindSubstitute);
    }

    private static SKTypeface? FindSubstitute(int character) =>
        SKFontManager.Default.MatchCharacter(character) is { } match && match.ContainsGlyph(character) ? match : Installed.Value.FirstOrDefault(font => font.ContainsGlyph(character));

    /// <summary>Whether a font has a character; spaces, joiners and variation selectors need no glyph.</summary>
    private static bool Has(SKTypeface font, System.Text.Rune rune) =>
        rune.Value <= ' ' || rune.Value is 0x200D or (>= 0xFE00 and <= 0xFE0F) || font.ContainsGlyph(rune.Value);

    private static SKTypeface Load(string resource)
    {
        using var stream = typeof(EmbeddedFont).Assembly.GetManifestResourceStream(resource)!;
        return SKTypeface.FromStream(stream);
    }
}
