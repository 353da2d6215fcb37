using ScottPlot;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Pictures of how rows differ from those of the training.</summary>
public static class DriftPlots
{
    private const int MaximumFeatures = 40;

    /// <summary>The end of the axis: what is far beyond a large drift need not be compared.</summary>
    private const double Longest = 1;

    /// <summary>Plots the population stability index of each feature, the worst first, with the customary thresholds and what chance explains.</summary>
    /// <param name="report">What <see cref="TrainedNetwork.Check"/> returned.</param>
    /// <exception cref="ArgumentException">There are no features.</exception>
    public static Picture PlotDrift(this DriftReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        FeatureDrift[] all = [.. report.Features];
        if (all.Length == 0)
            throw new ArgumentException("There are no features.", nameof(report));
        int shown = Math.Min(all.Length, MaximumFeatures);
        int height = 200 + 18 * (shown + (report.Prediction is null ? 0 : 1));
        return new Picture($"Population stability index of {all.Length} features in {report.RowCount} rows: {all[0].Name} moved most, {NumberText.Value(all[0].StabilityIndex)}.", 680, height, style => DriftFigure(report, all, shown, style)) { NarrowHeight = height };
    }

    private static Figure DriftFigure(DriftReport report, FeatureDrift[] all, int shown, FigureStyle style)
    {
        var theme = style.Theme;
        FeatureDrift[] features = [.. report.Prediction is { } prediction ? [prediction] : Array.Empty<FeatureDrift>(), .. all.Take(shown)];
        double end = Math.Clamp(features.Max(feature => Math.Max(feature.StabilityIndex, feature.ChanceIndex)), FeatureDrift.LargeIndex * 1.2, Longest);
        var panel = new ChartPanel(theme, new LinearScale(0, end), new NameScale([.. features.Select((feature, i) => i == 0 && report.Prediction is not null ? "the prediction" : feature.Name)], downwards: true), "Population stability index", "");
        for (int i = 0; i < features.Length; i++)
        {
            var feature = features[i];
            double length = Math.Min(feature.StabilityIndex, end);
            panel.Block(0, length, i - 0.36, i + 0.36, ColorOf(theme, feature.Level));
            if (feature.ChanceIndex <= end)
                panel.Segment(feature.ChanceIndex, i - 0.42, feature.ChanceIndex, i + 0.42, theme.Ink, 1.5f);
            if (feature.StabilityIndex > end)
                panel.Text($"{NumberText.Value(Math.Round(feature.StabilityIndex, 2))} →", end, i, theme.Paper, alignment: Alignment.MiddleRight);
            panel.MarkBar(0, i, length, i, $"{feature.Name}\nindex {NumberText.Value(feature.StabilityIndex)}, {NumberText.Value(feature.ChanceIndex)} by chance\nmissing {NumberText.Percent(feature.TrainingMissingShare)} → {NumberText.Percent(feature.MissingShare)}\noutside {NumberText.Percent(feature.OutsideShare)}");
        }

        panel.VerticalRule(FeatureDrift.ModerateIndex);
        panel.VerticalRule(FeatureDrift.LargeIndex);
        return new Figure
        {
            Title = "Drift",
            Subtitle = $"{(shown < all.Length ? $"The first {shown} of {NumberText.Count(all.Length)} features" : "How far features moved")} in {NumberText.Count(report.RowCount)} rows since training; dotted lines at 0.1 and 0.25, ticks where chance ends",
            Legend =
            [
                new LegendEntry("large", ColorOf(theme, DriftLevel.Large), MarkerShape.FilledSquare),
                new LegendEntry("moderate", ColorOf(theme, DriftLevel.Moderate), MarkerShape.FilledSquare),
                new LegendEntry("none", ColorOf(theme, DriftLevel.None), MarkerShape.FilledSquare),
            ],
            Panels = [panel],
        };
    }

    /// <summary>A moderate drift has the colour of a large one, paler.</summary>
    private static Color ColorOf(Theme theme, DriftLevel level) => level switch
    {
        DriftLevel.Large => theme.Series[1],
        DriftLevel.Moderate => theme.Series[1].WithAlpha(0.5),
        _ => theme.Series[0],
    };
}
