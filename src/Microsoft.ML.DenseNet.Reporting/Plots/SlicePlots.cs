using ScottPlot;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Pictures of how a model performs on parts of the rows.</summary>
public static class SlicePlots
{
    private const int MaximumSlices = 40;
    private const int LongestName = 40;
    private const int LongestColumn = 16;

    /// <summary>Plots the metric of each slice with its interval, the worst first, beside that of all rows.</summary>
    /// <param name="results">The slices.</param>
    /// <exception cref="ArgumentException">There are no slices.</exception>
    public static Picture PlotSlices(this SlicedResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        if (results.Slices.Count == 0)
            throw new ArgumentException("There are no slices: no value of the columns has enough rows.", nameof(results));
        int shown = Math.Min(results.Slices.Count, MaximumSlices);
        int height = 190 + 18 * shown;
        var worst = results.Slices[0];
        return new Picture($"{results.Overall.Name} of {results.Slices.Count} slices: worst where {worst.Column} is {worst.Value}, {NumberText.Value(worst.Metric.Value)} against {NumberText.Value(results.Overall.Value)} overall.", 680, height, style => SliceFigure(results, shown, style)) { NarrowHeight = height };
    }

    private static Figure SliceFigure(SlicedResults results, int shown, FigureStyle style)
    {
        var theme = style.Theme;
        var slices = results.Slices.Take(shown).ToList();
        var ends = slices.SelectMany(slice => new[] { slice.Metric.Value, slice.Metric.Low, slice.Metric.High }).Append(results.Overall.Value);
        var panel = new ChartPanel(theme, LinearScale.Of(ends), new NameScale([.. slices.Select(NameOf)], downwards: true), results.Overall.Name, "");
        panel.Segment(results.Overall.Value, -0.5, results.Overall.Value, shown - 0.5, theme.Muted, 1.5f, LinePattern.Dotted);
        for (int i = 0; i < slices.Count; i++)
        {
            var (slice, metric) = (slices[i], slices[i].Metric);
            if (!double.IsFinite(metric.Value))
                continue;
            int look = slice.IsWorse ? 1 : 0;
            if (double.IsFinite(metric.Low))
                panel.Segment(metric.Low, i, metric.High, i, theme.Series[look], slice.Differs ? 3 : 1.5f);
            panel.Points([(metric.Value, i)], theme.Series[look], slice.IsWorse ? MarkerShape.FilledSquare : MarkerShape.FilledCircle, 8);
            string interval = double.IsFinite(metric.Low) ? $"\n{NumberText.Value(metric.Low)} to {NumberText.Value(metric.High)}" : "";
            panel.Mark(metric.Value, i, $"{slice.Column}: {slice.Value}\n{NumberText.Value(metric.Value)}{interval}\n{NumberText.Count(slice.RowCount)} rows");
        }

        int worse = results.Slices.Count(slice => slice.IsWorse);
        return new Figure
        {
            Title = "Slices",
            Subtitle = $"{(shown < results.Slices.Count ? $"The worst {shown} of {NumberText.Count(results.Slices.Count)} slices" : "The worst first")}, with {NumberText.Percent(results.Options.Confidence)} intervals; the dotted line is all rows",
            Legend = worse == 0 ? [] :
            [
                new LegendEntry("worse than all rows", theme.Series[1], MarkerShape.FilledSquare),
                new LegendEntry("other slices", theme.Series[0], MarkerShape.FilledCircle),
            ],
            Panels = [panel],
        };
    }

    /// <summary>Column and value; a long column is shortened so that the value, which comes last, is seen.</summary>
    private static string NameOf(SliceMetrics slice)
    {
        string column = slice.Column.Length + slice.Value.Length > LongestName && slice.Column.Length > LongestColumn ? slice.Column[..(LongestColumn - 1)].TrimEnd() + "…" : slice.Column;
        return $"{column}: {slice.Value}";
    }
}
