using System.Xml.Linq;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Creates elements of a page.</summary>
internal static class Html
{
    public static XElement Element(string name, string? cssClass, params ReadOnlySpan<object?> content)
    {
        var element = new XElement(name);
        if (cssClass is not null)
            element.SetAttributeValue("class", cssClass);
        foreach (object? item in content)
            element.Add(item is string text ? new XText(text) : item);
        return element;
    }

    /// <summary>Creates a table whose first column names the row.</summary>
    /// <param name="name">What it shows, for readers who cannot see it.</param>
    /// <param name="headers">The columns.</param>
    /// <param name="rows">The cells, row by row: texts or elements.</param>
    /// <param name="cssClass">The style of the table.</param>
    public static XElement Table(string name, IEnumerable<string> headers, IEnumerable<IEnumerable<object>> rows, string? cssClass = null) =>
        Element("div", "table", new XAttribute("tabindex", 0), new XAttribute("role", "region"), new XAttribute("aria-label", name), Element("table", cssClass,
            Element("thead", null, Element("tr", null, [.. headers.Select(header => new XElement("th", new XAttribute("scope", "col"), header))])),
            Element("tbody", null, [.. rows.Select(row => Element("tr", null, [.. row.Select((cell, index) => index == 0 ? Header(cell) : Element("td", null, cell))]))])));

    /// <summary>Creates content that the reader can open.</summary>
    public static XElement Details(string summary, params ReadOnlySpan<object?> content) =>
        Element("details", null, [Element("summary", null, summary), .. content]);

    private static XElement Header(object cell)
    {
        var header = Element("th", null, cell);
        header.SetAttributeValue("scope", "row");
        return header;
    }

    /// <summary>Replaces everything that XML cannot represent: most control characters and halves of surrogate pairs.</summary>
    public static void MakePrintable(XElement root)
    {
        foreach (var text in root.DescendantNodes().OfType<XText>())
            text.Value = Printable(text.Value);
        foreach (var attribute in root.DescendantsAndSelf().Attributes())
            attribute.Value = Printable(attribute.Value);
    }

    /// <inheritdoc cref="MakePrintable"/>
    public static string Printable(string text) =>
        string.Concat(text.EnumerateRunes().Select(rune => (System.Text.Rune.IsControl(rune) && rune.Value is not ('\n' or '\t')) || rune.Value is 0xFFFE or 0xFFFF ? " " : rune.ToString()));
}
