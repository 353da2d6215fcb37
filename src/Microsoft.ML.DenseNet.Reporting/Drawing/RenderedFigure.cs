namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>A figure drawn for a page.</summary>
/// <param name="Svg">The drawing.</param>
/// <param name="Marks">Where its values lie.</param>
internal sealed record RenderedFigure(SvgDrawing Svg, IReadOnlyList<PlacedMark> Marks);
