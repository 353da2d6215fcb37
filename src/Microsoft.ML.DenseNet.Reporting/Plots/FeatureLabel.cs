namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Names beside a vertical axis, shortened so that what follows the name is seen.</summary>
internal static class FeatureLabel
{
    /// <summary>The share of a picture's width that names may take.</summary>
    private const float Share = 0.33f;

    /// <summary>A feature with its value.</summary>
    /// <param name="name">The feature.</param>
    /// <param name="value">Its value for people.</param>
    /// <param name="style">The picture's size.</param>
    public static string Of(string name, string value, FigureStyle style)
    {
        float room = Room(style);
        string end = $" = {TextLayout.Fit(value, FigureStyle.SmallTextSize, room * 0.55f)}";
        return TextLayout.Fit(name, FigureStyle.SmallTextSize, room - TextLayout.Width(end, FigureStyle.SmallTextSize)) + end;
    }

    /// <summary>Two features; both are shortened equally.</summary>
    public static string OfPair(string first, string second, FigureStyle style)
    {
        const string Times = " × ";
        float room = Room(style) - TextLayout.Width(Times, FigureStyle.SmallTextSize), half = room / 2;
        float firstWidth = TextLayout.Width(first, FigureStyle.SmallTextSize), secondWidth = TextLayout.Width(second, FigureStyle.SmallTextSize);
        return TextLayout.Fit(first, FigureStyle.SmallTextSize, Math.Max(half, room - secondWidth)) + Times + TextLayout.Fit(second, FigureStyle.SmallTextSize, Math.Max(half, room - firstWidth));
    }

    /// <summary>A name for a sentence or a title: at most 40 characters.</summary>
    public static string Short(string name)
    {
        const int Longest = 40;
        return name.Length <= Longest ? name : $"{name[..(Longest - 1)].TrimEnd()}…";
    }

    private static float Room(FigureStyle style) => (style.Width - 24) * Share;
}
