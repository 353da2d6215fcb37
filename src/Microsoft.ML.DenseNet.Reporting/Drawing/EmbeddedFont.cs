using ScottPlot;
using SkiaSharp;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>
/// The font of all pictures, Inter, carried by the assembly: text looks the same on a machine without any installed font. A text
/// with characters that Inter lacks gets an installed font that has them, where there is one.
/// </summary>
internal sealed class EmbeddedFont : IFontResolver
{
    /// <summary>The name under which ScottPlot finds the font; no installed font has it.</summary>
    private const string Name = "Microsoft.ML.DenseNet Inter";

    private static readonly SKTypeface Regular = Load("Inter-Regular.otf");
    private static readonly SKTypeface SemiBold = Load("Inter-SemiBold.otf");

    static EmbeddedFont() => Fonts.FontResolvers.Add(new EmbeddedFont());

    /// <summary>The name of a font for ScottPlot that has the text's characters.</summary>
    public static string NameFor(string text) => Substitute(text)?.FamilyName ?? Name;

    /// <summary>A font that has the text's characters.</summary>
    public static SKTypeface For(string text, bool bold) => Substitute(text) ?? Get(bold);

    /// <summary>The embedded font.</summary>
    public static SKTypeface Get(bool bold) => bold ? SemiBold : Regular;

    /// <inheritdoc/>
    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
        fontName == Name ? Get(weight == FontWeight.Bold) : null;

    /// <inheritdoc/>
    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => fontName == Name ? Get(bold) : null;

    private static SKTypeface? Substitute(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value > ' ' && !Regular.ContainsGlyph(rune.Value) && SKFontManager.Default.MatchCharacter(rune.Value) is { } substitute)
                return substitute;
        }

        return null;
    }

    private static SKTypeface Load(string resource)
    {
        using var stream = typeof(EmbeddedFont).Assembly.GetManifestResourceStream(resource)!;
        return SKTypeface.FromStream(stream);
    }
}
