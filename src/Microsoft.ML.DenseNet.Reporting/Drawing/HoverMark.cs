namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>A value that the report shows when the pointer is near.</summary>
/// <param name="X">In the axes' units.</param>
/// <param name="Y">In the axes' units.</param>
/// <param name="Text">What is shown; lines are separated by line feeds.</param>
/// <param name="FromX">Where its bar starts; X for a point.</param>
/// <param name="FromY">Where its bar starts; Y for a point.</param>
internal sealed record HoverMark(double X, double Y, string Text, double FromX, double FromY);
