namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>A <see cref="HoverMark"/> at its place in a drawing.</summary>
/// <param name="X">From the left edge.</param>
/// <param name="Y">From the top edge.</param>
/// <param name="Text">What is shown.</param>
internal readonly record struct PlacedMark(float X, float Y, string Text);
