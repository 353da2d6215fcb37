using ScottPlot;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Pictures of how contributions and predictions depend on the value of a feature.</summary>
public static class DependencePlots
{
    private const int Width = 560;
    private const int Height = 420;
    private const int NarrowHeight = 380;
    private const int MaximumPoints = 500;
    private const int MaximumCurves = 60;
    private const int MaximumCategories = 20;

    /// <summary>Plots the contribution of a feature by its value, coloured by a second feature.</summary>
    /// <param name="dependence">From <see cref="GlobalExplanation.Dependence"/>.</param>
    public static Picture PlotDependence(this FeatureDependence dependence)
    {
        ArgumentNullException.ThrowIfNull(dependence);
        string color = dependence.Color is { } second ? $", coloured by {second.Name}" : "";
        return new Picture($"Contribution of {dependence.Feature.Name} to the {dependence.Measure} by its value in {dependence.Points.Count} rows{color}.", Width, Height, style => DependenceFigure(dependence, style)) { NarrowHeight = NarrowHeight };
    }

    /// <summary>Plots the mean prediction by the value of a feature, with the individual curves of some rows.</summary>
    /// <param name="dependence">From <see cref="ExplainedRows.PartialDependence"/>.</param>
    public static Picture PlotPartialDependence(this PartialDependence dependence)
    {
        ArgumentNullException.ThrowIfNull(dependence);
        var means = dependence.Points.Select(point => point.Mean).ToList();
        return new Picture($"{ContributionPlots.Capital(dependence.Measure)} by {dependence.Feature.Name}: from {NumberText.Value(means.Min())} to {NumberText.Value(means.Max())} on average over {dependence.Curves.Count} rows.", Width, Height, style => PartialFigure(dependence, style)) { NarrowHeight = NarrowHeight };
    }

    private static Figure DependenceFigure(FeatureDependence dependence, FigureStyle style)
    {
        var theme = style.Theme;
        int[] shown = [.. Decimation.Spread(dependence.Points.Count, MaximumPoints).Where(i => double.IsFinite(dependence.Points[i].Contribution))];
        var places = new ValuePlaces(dependence.Feature, shown.Select(i => dependence.Points[i].Value), MaximumCategories);
        var panel = new ChartPanel(theme, places.Scale, LinearScale.Of(shown.Select(i => dependence.Points[i].Contribution), withZero: true), FeatureLabel.Short(dependence.Feature.Name), $"Contribution to the {dependence.Measure}");
        panel.HorizontalRule(0);
        var colors = dependence.Color is { } second ? new ValueColors(second, dependence.ColorValues, theme) : null;
        var groups = shown.Where(i => places.Has(dependence.Points[i].Value)).GroupBy(i => colors?.GroupOf(dependence.ColorValues[i]) ?? 0).OrderByDescending(group => group.Key).ToList();
        foreach (var group in groups)
        {
            panel.Points(group.Select(i => (places.At(dependence.Points[i].Value, i), dependence.Points[i].Contribution)), (colors?.ColorOf(group.Key) ?? theme.Series[0]).WithAlpha(0.75), colors?.ShapeOf(group.Key) ?? MarkerShape.FilledCircle, 5.5f);
            foreach (int i in group)
            {
                string also = dependence.Color is { } other ? $"\n{other.Name} = {other.TextOf(dependence.ColorValues[i])}" : "";
                panel.Mark(places.At(dependence.Points[i].Value, i), dependence.Points[i].Contribution, $"{dependence.Feature.Name} = {dependence.Points[i].Text}{also}\n{NumberText.Value(dependence.Points[i].Contribution)}\nRow {NumberText.Count(dependence.Points[i].Row + 1)}");
            }
        }

        int hidden = shown.Count(i => !places.Has(dependence.Points[i].Value));
        string left = hidden == 0 ? "" : $"; {NumberText.Count(hidden)} rows {places.LeftOut}";
        return new Figure
        {
            Title = $"Contribution of {FeatureLabel.Short(dependence.Feature.Name)}",
            Subtitle = dependence.Color is { } by
                ? $"Colour: {FeatureLabel.Short(by.Name)}, which explains {NumberText.Percent(Math.Round(dependence.ColorShare, 3))} of the variance at equal values{left}"
                : $"No other feature changes it much{left}",
            Legend = colors?.Legend(groups.Select(group => group.Key)) ?? [],
            Panels = [panel],
        };
    }

    private static Figure PartialFigure(PartialDependence dependence, FigureStyle style)
    {
        var theme = style.Theme;
        bool isCategory = dependence.Feature.Categories is not null;
        var points = dependence.Points;
        int[] curves = [.. Decimation.Spread(dependence.Curves.Count, MaximumCurves)];
        var values = isCategory ? points.SelectMany(point => new[] { point.Low, point.High, point.Mean }) : curves.SelectMany(curve => dependence.Curves[curve]).Select(value => (double)value).Concat(points.Select(point => point.Mean));
        AxisScale x = isCategory ? new NameScale([.. points.Select(point => point.Text)]) : LinearScale.Of(points.Select(point => point.Value));
        var panel = new ChartPanel(theme, x, LinearScale.Of(values), FeatureLabel.Short(dependence.Feature.Name), ContributionPlots.Capital(dependence.Measure));
        double[] xs = [.. points.Select((point, i) => isCategory ? i : point.Value)];
        if (isCategory)
            Spans(panel, points, theme);
        else
            Lines(panel, dependence, curves, xs, theme);
        for (int i = 0; i < points.Count; i++)
            panel.Mark(xs[i], points[i].Mean, $"{dependence.Feature.Name} = {points[i].Text}\nMean {NumberText.Value(points[i].Mean)}\n{NumberText.Value(points[i].Low)} to {NumberText.Value(points[i].High)} in 80 % of the rows");
        return new Figure
        {
            Title = $"Partial dependence on {FeatureLabel.Short(dependence.Feature.Name)}",
            Subtitle = isCategory
                ? $"Mean of {NumberText.Count(dependence.Curves.Count)} rows if all had this category; lines hold 80 % of them"
                : $"Mean of {NumberText.Count(dependence.Curves.Count)} rows if all had this value; thin lines are {(curves.Length < dependence.Curves.Count ? $"{curves.Length} of them" : "each of them")}",
            Panels = [panel],
        };
    }

    private static void Lines(ChartPanel panel, PartialDependence dependence, int[] curves, double[] xs, Theme theme)
    {
        foreach (int curve in curves)
            panel.Line(xs, [.. dependence.Curves[curve].Select(value => (double)value)], theme.Muted.WithAlpha(0.3), 1);
        panel.Line(xs, [.. dependence.Points.Select(point => point.Mean)], theme.Series[0], 3);
        foreach (double x in xs)
            panel.BottomTick(x, theme.Axis);
    }

    private static void Spans(ChartPanel panel, IReadOnlyList<PartialDependencePoint> points, Theme theme)
    {
        for (int i = 0; i < points.Count; i++)
            panel.Segment(i, points[i].Low, i, points[i].High, theme.Muted, 2);
        panel.Points(points.Select((point, i) => ((double)i, point.Mean)), theme.Series[0], size: 10);
    }
}
