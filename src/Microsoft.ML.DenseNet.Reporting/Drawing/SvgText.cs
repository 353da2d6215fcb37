using System.Globalization;
using System.Xml.Linq;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>A line of text in an SVG: a <see cref="PlacedText"/>, or what Skia wrote, glyph by glyph.</summary>
internal sealed class SvgText
{
    private SvgText(XElement element)
    {
        Text = element.Value.Trim('\r', '\n', '\t');
        Transform = (string?)element.Attribute("transform") ?? "";
        Size = Numbers(element, "font-size")[0];
        IsBold = element.Attribute("font-weight") is not null;
        IsForeign = !EmbeddedFont.Covers(Text);
        Xs = Numbers(element, element.Attribute(PlacedText.Start) is null ? "x" : PlacedText.Start);
        Anchor = (string?)element.Attribute("text-anchor") ?? "start";
        AnchorX = Numbers(element, "x")[0];
        Y = Numbers(element, "y")[0];
        Paint = [.. element.Attributes().Where(attribute => attribute.Name == "fill" || attribute.Name == "fill-opacity")];
    }

    public string Text { get; }

    /// <summary>The SVG transformation.</summary>
    public string Transform { get; }

    public float Size { get; }

    public bool IsBold { get; }

    /// <summary>The start of the first character, and of others if Skia wrote them.</summary>
    public IReadOnlyList<float> Xs { get; }

    /// <summary>Whether it has characters that the embedded font lacks; where it starts is then a guess.</summary>
    public bool IsForeign { get; }

    /// <summary>Which point of the text <see cref="AnchorX"/> is: start, middle or end.</summary>
    public string Anchor { get; }

    public float AnchorX { get; }

    /// <summary>The baseline.</summary>
    public float Y { get; }

    /// <summary>The attributes of its colour.</summary>
    public IReadOnlyList<XAttribute> Paint { get; }

    /// <summary>From the first character's start to the last one's end.</summary>
    public float Length => TextLayout.Width(Text, Size, IsBold);

    public static SvgText Read(XElement element) => new(element);

    /// <summary>
    /// Returns the text as one run in the page's font, stretched or narrowed to the length it was drawn with; if the embedded font lacks
    /// it, as the browser's fonts draw it.
    /// </summary>
    public XElement ToElement()
    {
        XNamespace svg = "http://www.w3.org/2000/svg";
        var element = new XElement(svg + "text", Paint);
        if (Transform.Length > 0)
            element.SetAttributeValue("transform", Transform);
        element.SetAttributeValue("x", AnchorX);
        element.SetAttributeValue("y", Y);
        element.SetAttributeValue("font-size", Size);
        if (IsBold)
            element.SetAttributeValue("font-weight", 600);
        if (Anchor != "start")
            element.SetAttributeValue("text-anchor", Anchor);
        if (!IsForeign && Text.Length > 1)
        {
            element.SetAttributeValue("textLength", Length.ToString("0.#", CultureInfo.InvariantCulture));
            element.SetAttributeValue("lengthAdjust", "spacingAndGlyphs");
        }

        element.Add(Text);
        return element;
    }

    private static float[] Numbers(XElement element, string attribute) =>
        [.. ((string)element.Attribute(attribute)!).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(number => float.Parse(number, CultureInfo.InvariantCulture))];
}
