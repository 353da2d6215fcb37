namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>A <see cref="HoverMark"/> at its place in a drawing.</summary>
/// <param name="X">From the left edge.</param>
/// <param name="Y">From the top edge.</param>
/// <param name="Text">What is shown.</param>
/// <param name="FromX">Where its bar starts; X for a point.</param>
/// <param name="FromY">Where its bar starts; Y for a point.</param>
internal readonly record struct PlacedMark(float X, float Y, string Text, float FromX, float FromY)
{
    /// <summary>A point.</summary>
    public PlacedMark(float x, float y, string text)
        : this(x, y, text, x, y)
    {
    }
}
