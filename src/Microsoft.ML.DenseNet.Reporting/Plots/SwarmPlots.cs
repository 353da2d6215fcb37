using ScottPlot;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Pictures of all contributions of features, row by row.</summary>
public static class SwarmPlots
{
    private const int MaximumFeatures = 12;

    /// <summary>The most points of a feature; more would only cover each other.</summary>
    private const int MaximumPoints = 160;

    /// <summary>How many places beside each other a swarm has; points in the same place are stacked.</summary>
    private const int Places = 70;

    /// <summary>Plots a point for each row and feature: to the right where the feature raises the explained value, coloured by the feature's value.</summary>
    /// <param name="explanation">From <see cref="ExplainedRows.Explain"/>.</param>
    /// <param name="output">One of <see cref="GlobalExplanation.OutputNames"/>; null for the only one, the class that is predicted most often, or the quantile nearest to the median.</param>
    /// <exception cref="ArgumentException">There is no such output.</exception>
    public static Picture PlotSwarm(this GlobalExplanation explanation, string? output = null)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        int number = explanation.Rows.Explained.OutputOf(output, explanation.DefaultOutput);
        MeanContribution[] features = [.. explanation.MeanContributions.Where(mean => mean.PerOutput[number] > 0).OrderByDescending(mean => mean.PerOutput[number]).Take(MaximumFeatures)];
        if (features.Length == 0)
            features = [explanation.MeanContributions[0]]; // a constant network
        int height = 190 + 32 * features.Length;
        return new Picture($"Contributions of {features.Length} features to the {explanation.Rows.Explained.Describe(explanation.Output, number)} in {NumberText.Count(explanation.Rows.Count)} rows; those of {features[0].Name} are spread widest.", 680, height, style => SwarmFigure(explanation, features, number, style)) { NarrowHeight = height };
    }

    private static Figure SwarmFigure(GlobalExplanation explanation, MeanContribution[] features, int output, FigureStyle style)
    {
        var theme = style.Theme;
        string measure = explanation.Rows.Explained.Describe(explanation.Output, output);
        var swarms = features.Select(feature => Thin(explanation.Points(feature.Name, explanation.OutputNames[output]))).ToList();
        var scale = LinearScale.Of(swarms.SelectMany(points => points).Select(point => point.Contribution), withZero: true);
        var panel = new ChartPanel(theme, scale, new NameScale([.. features.Select(feature => FeatureLabel.Of(feature.Name, style))], downwards: true), $"Contribution to the {measure}", "");
        panel.VerticalRule(0);
        var placed = new List<(double X, double Y, int Group)>();
        for (int i = 0; i < swarms.Count; i++)
        {
            var feature = explanation.Rows.Find(features[i].Name);
            var colors = new ValueColors(feature, swarms[i].Select(point => point.Value), theme);
            var offsets = Offsets(swarms[i], scale.End - scale.Start);
            for (int j = 0; j < swarms[i].Count; j++)
            {
                var point = swarms[i][j];
                bool hasRamp = feature.Categories is null && double.IsFinite(point.Value);
                placed.Add((point.Contribution, i + offsets[j], hasRamp ? colors.GroupOf(point.Value) : theme.Ramp.Count));
                panel.Mark(point.Contribution, i + offsets[j], $"{feature.Name} = {point.Text}\n{NumberText.Value(point.Contribution)}\nRow {NumberText.Count(point.Row + 1)}");
            }
        }

        foreach (var group in placed.GroupBy(point => point.Group).OrderByDescending(group => group.Key))
            panel.Points(group.Select(point => (point.X, point.Y)), (group.Key == theme.Ramp.Count ? theme.Axis : theme.Ramp[group.Key]).WithAlpha(0.8), size: 4.5f);
        string rows = explanation.Rows.Count > MaximumPoints ? $"{MaximumPoints} of {NumberText.Count(explanation.Rows.Count)} rows" : $"{NumberText.Count(explanation.Rows.Count)} rows";
        return new Figure
        {
            Title = "Contributions row by row",
            Subtitle = $"{(features.Length < explanation.Features.Count ? $"The first {features.Length} of {NumberText.Count(explanation.Features.Count)} features in {rows}" : Capital(rows))}; to the right of the dotted line a feature raises the {measure}",
            Legend = Legend(placed.Select(point => point.Group).ToHashSet(), theme),
            Panels = [panel],
        };
    }

    private static List<LegendEntry> Legend(HashSet<int> groups, Theme theme)
    {
        string[] names = ["lowest fifth of the feature's values", "low", "middle", "high", "highest fifth"];
        var legend = groups.Where(group => group < names.Length).Order().Select(group => new LegendEntry(names[group], theme.Ramp[group], MarkerShape.FilledCircle)).ToList();
        if (groups.Contains(theme.Ramp.Count))
            legend.Add(new LegendEntry("category or missing", theme.Axis, MarkerShape.FilledCircle));
        return legend;
    }

    /// <summary>Points evenly spread over the sorted contributions, with both ends.</summary>
    private static List<ContributionPoint> Thin(IReadOnlyList<ContributionPoint> points)
    {
        ContributionPoint[] sorted = [.. points.Where(point => double.IsFinite(point.Contribution)).OrderBy(point => point.Contribution)];
        return [.. Decimation.Spread(sorted.Length, MaximumPoints).Select(place => sorted[place])];
    }

    /// <summary>How far each point is moved sideways, so that points in about the same place do not cover each other.</summary>
    private static double[] Offsets(List<ContributionPoint> points, double range)
    {
        const double HalfHeight = 0.42, Step = 0.13;
        double[] offsets = new double[points.Count];
        foreach (var place in Enumerable.Range(0, points.Count).GroupBy(i => (int)Math.Floor(points[i].Contribution / range * Places)))
        {
            int[] stack = [.. place.OrderBy(i => points[i].Value)];
            double step = Math.Min(Step, 2 * HalfHeight / stack.Length);
            for (int i = 0; i < stack.Length; i++)
                offsets[stack[i]] = (i - ((stack.Length - 1) / 2.0)) * step;
        }

        return offsets;
    }

    private static string Capital(string text) => ContributionPlots.Capital(text);
}
