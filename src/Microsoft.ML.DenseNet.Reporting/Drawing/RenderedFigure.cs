namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>A figure drawn for a page.</summary>
/// <param name="Svg">The drawing.</param>
/// <param name="Marks">The places of its values.</param>
internal sealed record RenderedFigure(SvgDrawing Svg, IReadOnlyList<PlacedMark> Marks);
