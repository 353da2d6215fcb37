using System.Globalization;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Names of features, shortened in their middle: those of one table often differ at their ends alone.</summary>
internal static class FeatureLabel
{
    /// <summary>The share of a picture's width that names beside an axis may take.</summary>
    private const float Share = 0.33f;

    private const float Size = FigureStyle.SmallTextSize;

    /// <summary>A name beside a vertical axis.</summary>
    /// <param name="name">The feature.</param>
    /// <param name="style">The picture's size.</param>
    public static string Of(string name, FigureStyle style) => Fit(name, Size, Room(style));

    /// <summary>A feature with its value, which is seen even if the name is long.</summary>
    /// <param name="name">The feature.</param>
    /// <param name="value">Its value for people.</param>
    /// <param name="style">The picture's size.</param>
    public static string Of(string name, string value, FigureStyle style)
    {
        float room = Room(style);
        string end = $" = {Fit(value, Size, room * 0.55f)}";
        return Fit(name, Size, room - TextLayout.Width(end, Size)) + end;
    }

    /// <summary>Two features; the longer one is shortened first.</summary>
    public static string OfPair(string first, string second, FigureStyle style)
    {
        const string Times = " × ";
        float room = Room(style) - TextLayout.Width(Times, Size), half = room / 2;
        return Fit(first, Size, Math.Max(half, room - TextLayout.Width(second, Size))) + Times + Fit(second, Size, Math.Max(half, room - TextLayout.Width(first, Size)));
    }

    /// <summary>A name for a sentence or a title, as wide as about 36 letters.</summary>
    public static string Short(string name) => Fit(name, Size, 200);

    private static float Room(FigureStyle style) => (style.Width - 24) * Share;

    /// <summary>The text, with its middle replaced by an ellipsis if it is too wide.</summary>
    private static string Fit(string text, float size, float maximum)
    {
        text = TextLayout.OneLine(text);
        if (TextLayout.Width(text, size) <= maximum)
            return text;
        int[] starts = StringInfo.ParseCombiningCharacters(text);
        int low = 2, high = starts.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (TextLayout.Width(Shortened(text, starts, middle), size) <= maximum)
                low = middle;
            else
                high = middle - 1;
        }

        return Shortened(text, starts, Math.Min(low, starts.Length - 1));
    }

    /// <summary>The first two thirds of the kept characters and the last third.</summary>
    private static string Shortened(string text, int[] starts, int kept)
    {
        int tail = kept / 3;
        string head = text[..starts[kept - tail]].TrimEnd();
        return tail == 0 ? $"{head}…" : $"{head}…{text[starts[^tail]..].TrimStart()}";
    }
}
