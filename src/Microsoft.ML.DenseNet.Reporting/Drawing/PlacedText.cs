using System.Runtime.CompilerServices;
using System.Xml.Linq;
using SkiaSharp;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>
/// A line of text in an SVG. Skia would write it glyph by glyph, merge letters that look the same, and write those that the embedded
/// font lacks without a position or not at all; so texts are kept outside the drawing. A page leaves them to the browser, which has more fonts.
/// </summary>
/// <param name="Text">The line.</param>
/// <param name="Transform">Maps its own coordinates to the drawing's.</param>
/// <param name="X">The point of the line that <paramref name="Align"/> names.</param>
/// <param name="Y">The baseline.</param>
/// <param name="Size">The size of the font.</param>
/// <param name="Color">The colour.</param>
/// <param name="IsBold">Whether it is semi-bold.</param>
/// <param name="Align">Whether the line starts, is centred or ends at <paramref name="X"/>.</param>
internal sealed record PlacedText(string Text, SKMatrix Transform, float X, float Y, float Size, ScottPlot.Color Color, bool IsBold, SKTextAlign Align)
{
    /// <summary>Where the line starts, as an attribute of the element.</summary>
    public const string Start = "data-start";

    private static readonly ConditionalWeakTable<SKCanvas, List<PlacedText>> Canvases = [];

    /// <summary>From now on collects the texts of a canvas instead of drawing them.</summary>
    public static List<PlacedText> KeepFrom(SKCanvas canvas) => Canvases.GetOrCreateValue(canvas);

    /// <summary>The list to add to; null for a canvas that draws them itself.</summary>
    public static List<PlacedText>? Of(SKCanvas canvas) => Canvases.TryGetValue(canvas, out var list) ? list : null;

    /// <summary>Returns an element in the form that <see cref="SvgText"/> reads.</summary>
    public XElement ToElement()
    {
        XNamespace svg = "http://www.w3.org/2000/svg";
        float width = TextLayout.Width(Text, Size, IsBold);
        var element = new XElement(svg + "text",
            new XAttribute("fill", Color.ToHex()),
            new XAttribute("transform", FormattableString.Invariant($"matrix({Transform.ScaleX} {Transform.SkewY} {Transform.SkewX} {Transform.ScaleY} {Transform.TransX} {Transform.TransY})")),
            new XAttribute("font-size", Size),
            new XAttribute("x", X),
            new XAttribute("y", Y),
            new XAttribute(Start, Align switch { SKTextAlign.Center => X - width / 2, SKTextAlign.Right => X - width, _ => X }),
            new XAttribute("text-anchor", Align switch { SKTextAlign.Center => "middle", SKTextAlign.Right => "end", _ => "start" }),
            Text);
        if (IsBold)
            element.SetAttributeValue("font-weight", 600);
        return element;
    }
}
