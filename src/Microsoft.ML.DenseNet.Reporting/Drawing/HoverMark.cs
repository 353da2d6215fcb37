namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>A value that the report shows when the pointer is near.</summary>
/// <param name="X">In the axes' units.</param>
/// <param name="Y">In the axes' units.</param>
/// <param name="Text">What is shown; lines are separated by line feeds.</param>
internal sealed record HoverMark(double X, double Y, string Text);
