namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>The size and theme that a figure is drawn for.</summary>
/// <param name="Theme">The colours.</param>
/// <param name="Width">The picture's width.</param>
/// <param name="Height">The picture's height.</param>
internal sealed record FigureStyle(Theme Theme, int Width, int Height)
{
    public const float TitleSize = 15;
    public const float TextSize = 12;
    public const float SmallTextSize = 10.5f;

    /// <summary>Whether space is short, as on a phone.</summary>
    public bool IsNarrow => Width < 520;
}
