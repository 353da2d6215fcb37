using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SkiaSharp;
using SkiaSharp.HarfBuzz;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>
/// What Skia drew as SVG, finished in one of two ways: as a standalone file, or as part of a page whose style sheet has the
/// colours.
/// </summary>
internal sealed partial class SvgDrawing
{
    private const float GlyphSize = 100;
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private static readonly string[] Painted = ["fill", "stroke"];

    private readonly XElement _root;
    private readonly int _width;
    private readonly int _height;

    /// <param name="content">The SVG as Skia wrote it.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="texts">Its texts.</param>
    public SvgDrawing(byte[] content, int width, int height, IEnumerable<PlacedText> texts)
    {
        using var stream = new MemoryStream(content);
        _root = XDocument.Load(stream).Root!;
        (_width, _height) = (width, height);
        ShareClips(_root);

        _root.Add(texts.Select(text => text.ToElement()));
        foreach (var element in _root.Descendants())
        {
            // Backgrounds and bars meet along pixel edges.
            if (element.Name == Svg + "rect" && element.Parent!.Name != Svg + "clipPath")
                AlignToEdges(element);
            foreach (var attribute in element.Attributes().Where(attribute => attribute.Name != "id" && !Painted.Contains(attribute.Name.LocalName)))
                attribute.Value = Rounded(attribute.Value, "0.##");
        }
    }

    /// <summary>Returns a complete SVG file, with its text as outlines.</summary>
    /// <param name="description">What it shows.</param>
    public string ToStandalone(string description)
    {
        var root = new XElement(_root);
        var outlines = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in root.Descendants(Svg + "text").ToList())
            text.ReplaceWith(Outline(SvgText.Read(text), outlines));
        root.SetAttributeValue("viewBox", $"0 0 {_width} {_height}");
        root.AddFirst(
            new XElement(Svg + "title", Html.Printable(description)),
            new XElement(Svg + "defs", outlines.Select(outline => new XElement(Svg + "path", new XAttribute("id", outline.Key), new XAttribute("d", outline.Value)))));
        return root.ToString(SaveOptions.DisableFormatting);
    }

    /// <summary>Returns an element for a page that has a class <c>f0</c> (fill) and <c>k0</c> (stroke) for each of the light theme's roles.</summary>
    /// <param name="description">What it shows.</param>
    /// <param name="prefix">Makes identifiers unique within the page.</param>
    public XElement ToInline(string description, string prefix)
    {
        var root = new XElement(_root);
        foreach (var text in root.Descendants(Svg + "text").ToList())
            text.ReplaceWith(SvgText.Read(text).ToElement());
        foreach (var element in root.Descendants().ToList())
        {
            foreach (string property in Painted)
                UseRole(element, property);
            if ((string?)element.Attribute("id") is { } id)
                element.SetAttributeValue("id", prefix + id);
            if ((string?)element.Attribute("clip-path") is { } clip)
                element.SetAttributeValue("clip-path", clip.Replace("url(#", "url(#" + prefix, StringComparison.Ordinal));
        }

        root.SetAttributeValue("width", null);
        root.SetAttributeValue("height", null);
        root.SetAttributeValue("viewBox", $"0 0 {_width} {_height}");
        root.SetAttributeValue("role", "img");
        root.SetAttributeValue("aria-label", description);
        root.Attributes().Where(attribute => attribute.IsNamespaceDeclaration).Remove();
        foreach (var element in root.DescendantsAndSelf())
            element.Name = element.Name.LocalName;
        return root;
    }

    /// <summary>The drawing's texts with their places, for tests.</summary>
    internal IEnumerable<SvgText> Texts => _root.Descendants(Svg + "text").Select(SvgText.Read);

    /// <summary>Rounds a rectangle's edges rather than its size, so that rectangles that touch still do.</summary>
    private static void AlignToEdges(XElement rectangle)
    {
        rectangle.SetAttributeValue("shape-rendering", "crispEdges");
        foreach (var (start, size) in new[] { ("x", "width"), ("y", "height") })
        {
            double from = (double?)rectangle.Attribute(start) ?? 0;
            if (rectangle.Attribute(size)?.Value is not { } text || !double.TryParse(text, CultureInfo.InvariantCulture, out double length))
                continue;
            double near = Math.Round(from, 1), far = Math.Round(from + length, 1);
            rectangle.SetAttributeValue(start, Text(near, "0.#"));
            rectangle.SetAttributeValue(size, Text(Math.Max(far - near, Math.Min(length, 0.1)), "0.#"));
        }
    }

    /// <summary>Shares clip paths: ScottPlot clips each thing it draws separately, always to the same few areas.</summary>
    private static void ShareClips(XElement root)
    {
        var names = new Dictionary<string, string>();
        var firsts = new Dictionary<string, string>();
        foreach (var clip in root.Descendants(Svg + "clipPath").ToList())
        {
            string id = (string)clip.Attribute("id")!, content = string.Concat(clip.Nodes());
            if (firsts.TryAdd(content, id))
            {
                names[id] = id;
                continue;
            }

            names[id] = firsts[content];
            clip.Remove();
        }

        XElement? open = null;
        foreach (var group in root.Elements(Svg + "g").Where(group => group.Attribute("clip-path") is not null).ToList())
        {
            string clip = $"url(#{names[((string)group.Attribute("clip-path")!)[5..^1]]})";
            group.SetAttributeValue("clip-path", clip);
            if (open is not null && group.ElementsBeforeSelf().LastOrDefault() == open && (string?)open.Attribute("clip-path") == clip)
            {
                open.Add(group.Elements());
                group.Remove();
            }
            else
            {
                open = group;
            }
        }
    }

    /// <summary>Converts a text to outlines; what no font can outline stays text.</summary>
    private static XElement Outline(SvgText text, SortedDictionary<string, string> outlines)
    {
        var group = new XElement(Svg + "g", text.Paint, new XAttribute("transform", text.Transform), new XAttribute("aria-label", text.Text));
        float scale = text.Size / GlyphSize;
        float start = text.Xs[0];
        foreach (var (run, typeface) in EmbeddedFont.Runs(text.Text, text.IsBold))
        {
            bool isOwn = typeface == EmbeddedFont.Get(text.IsBold);
            string family = typeface is null ? "" : isOwn ? text.IsBold ? "b" : "g" : string.Concat(typeface.FamilyName.Where(char.IsAsciiLetterOrDigit));
            using var font = new SKFont(typeface ?? EmbeddedFont.Get(text.IsBold), GlyphSize);
            var (glyphs, positions, length) = typeface is null ? ([], [], GlyphSize * new StringInfo(run).LengthInTextElements) : Place(run, font, isOwn);
            bool hasOutlines = false;
            for (int i = 0; i < glyphs.Length; i++)
            {
                using var path = font.GetGlyphPath(glyphs[i]);
                if (path is null or { IsEmpty: true })
                    continue;
                hasOutlines = true;
                string id = $"{family}{glyphs[i]}";
                outlines.TryAdd(id, Rounded(path.ToSvgPathData(), "0.#"));
                string x = Text(start + positions[i].X * scale, "0.##"), y = Text(text.Y + positions[i].Y * scale, "0.##");
                group.Add(new XElement(Svg + "use", new XAttribute("href", "#" + id), new XAttribute("transform", $"translate({x} {y})scale({Text(scale, "0.####")})")));
            }

            if (!hasOutlines && !isOwn)
                group.Add(new XElement(Svg + "text", new XAttribute("x", Text(start, "0.##")), new XAttribute("y", text.Y), new XAttribute("font-size", text.Size), new XAttribute("font-family", "sans-serif"), run));
            start += length * scale;
        }

        return group;
    }

    /// <summary>The glyphs of a text, their positions, and the text's length.</summary>
    private static (ushort[] Glyphs, SKPoint[] Positions, float Length) Place(string text, SKFont font, bool isOwn)
    {
        if (isOwn)
        {
            ushort[] plain = font.GetGlyphs(text);
            return (plain, font.GetGlyphPositions(plain), font.MeasureText(text));
        }

        using var shaper = new SKShaper(font.Typeface);
        var shaped = shaper.Shape(text, font);
        return ([.. shaped.Codepoints.Select(glyph => (ushort)glyph)], shaped.Points, shaped.Width);
    }

    private static string Rounded(string numbers, string format) =>
        LongNumber().Replace(numbers, number => Text(double.Parse(number.Value, CultureInfo.InvariantCulture), format));

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static void UseRole(XElement element, string property)
    {
        string? value = (string?)element.Attribute(property);
        if (value is null or "none")
        {
            // SVG's default fill is black, which is no role's colour; Skia omits it only for black.
            return;
        }

        var color = value[0] == '#' ? ScottPlot.Color.FromHex(value) : SKColor.TryParse(value, out var named) ? ScottPlot.Color.FromSKColor(named) : NamedColor(value);
        int role = Theme.Light.Roles.ToList().FindIndex(candidate => candidate.R == color.R && candidate.G == color.G && candidate.B == color.B);
        if (role < 0)
            return;
        element.SetAttributeValue(property, null);
        string name = $"{(property == "fill" ? 'f' : 'k')}{role}";
        element.SetAttributeValue("class", element.Attribute("class") is { } existing ? $"{existing.Value} {name}" : name);
    }

    /// <summary>Skia writes a few colours by name; white is the only one among the roles.</summary>
    private static ScottPlot.Color NamedColor(string name) => name == "white" ? ScottPlot.Colors.White : ScottPlot.Colors.Black;

    [GeneratedRegex(@"-?\d*\.\d{2,}(e-?\d+)?")]
    private static partial Regex LongNumber();
}
