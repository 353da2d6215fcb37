using ScottPlot;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Pictures of what features contribute to predictions: to one, and to many.</summary>
public static class ContributionPlots
{
    private const int MaximumFeatures = 12;
    private const int MaximumBars = 40;
    private const int MaximumClasses = 7;

    /// <summary>Plots how one prediction comes about: a bar for each feature from the base value to the score, the largest first, the rest as one.</summary>
    /// <param name="contributions">From <see cref="GlobalExplanation.Prediction"/>.</param>
    public static Picture PlotContributions(this PredictionContributions contributions)
    {
        ArgumentNullException.ThrowIfNull(contributions);
        int bars = Math.Min(contributions.Features.Count, MaximumFeatures);
        int height = 190 + 22 * (bars + 2);
        string most = contributions.Features.Count == 0 ? "" : $" {contributions.Features[0].Name} contributes most, {Signed(contributions.Features[0].Contribution, Math.Abs(contributions.Features[0].Contribution))}.";
        return new Picture($"Contributions to the {contributions.Measure} of row {NumberText.Count(contributions.Row + 1)}, from {NumberText.Value(contributions.BaseValue)} to {NumberText.Value(contributions.Score)}.{most}", 680, height, style => Waterfall(contributions, style)) { NarrowHeight = height };
    }

    /// <summary>Plots the mean absolute contribution of each feature, the largest first; of several classes, one part of a bar for each.</summary>
    /// <param name="explanation">From <see cref="ExplainedRows.Explain"/>.</param>
    public static Picture PlotMeanContributions(this GlobalExplanation explanation)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        int shown = Math.Min(explanation.MeanContributions.Count, MaximumBars);
        int height = 180 + 18 * shown + (explanation.OutputNames.Count > 1 ? 20 : 0);
        return new Picture($"Mean absolute contributions of {explanation.Features.Count} features over {NumberText.Count(explanation.Rows.Count)} rows: {explanation.MeanContributions[0].Name} contributes most.", 680, height, style => MeanFigure(explanation, shown, style)) { NarrowHeight = height };
    }

    private static Figure Waterfall(PredictionContributions contributions, FigureStyle style)
    {
        var theme = style.Theme;
        var bars = Bars(contributions, style);
        double[] ends = [.. bars.Select(bar => bar.To).Prepend(contributions.BaseValue)];
        double range = ends.Max() - ends.Min();
        string[] names = ["average of the background", .. bars.Select(bar => bar.Label), "this row"];
        var scale = new LinearScale(ends.Min(), ends.Max(), margin: style.IsNarrow ? 0.45 : 0.15); // room for the numbers
        var panel = new ChartPanel(theme, scale, new NameScale(names, downwards: true), Capital(contributions.Measure), "");
        panel.VerticalRule(contributions.BaseValue);
        Level(panel, contributions.BaseValue, range, 0, theme);
        double from = contributions.BaseValue;
        for (int i = 0; i < bars.Count; i++)
        {
            var (label, to, text) = bars[i];
            int place = i + 1;
            panel.Segment(from, place - 1, from, place, theme.Axis);
            panel.Block(from, to, place - 0.34, place + 0.34, theme.Series[to >= from ? 1 : 0]);
            panel.Text(Signed(to - from, range), to >= from ? Math.Max(from, to) : Math.Min(from, to), place, theme.Ink, alignment: to >= from ? Alignment.MiddleLeft : Alignment.MiddleRight, offset: to >= from ? 4 : -4);
            panel.MarkBar(from, place, to, place, $"{text}\n{Signed(to - from, range)}");
            from = to;
        }

        panel.Segment(from, bars.Count, from, bars.Count + 1, theme.Axis);
        Level(panel, contributions.Score, range, bars.Count + 1, theme);
        return new Figure
        {
            Title = $"Why row {NumberText.Count(contributions.Row + 1)}",
            Subtitle = Meaning(contributions),
            Legend =
            [
                new LegendEntry("raises it", theme.Series[1], MarkerShape.FilledSquare),
                new LegendEntry("lowers it", theme.Series[0], MarkerShape.FilledSquare),
            ],
            Panels = [panel],
        };
    }

    private static void Level(ChartPanel panel, double value, double range, int place, Theme theme)
    {
        panel.Points([(value, place)], theme.Ink, MarkerShape.FilledDiamond, 8);
        panel.Text(NumberText.Value(Rounded(value, range)), value, place, theme.Ink, alignment: Alignment.MiddleLeft, offset: 7);
        panel.Mark(value, place, $"{(place == 0 ? "average of the background" : "this row")}\n{NumberText.Value(value)}");
    }

    /// <summary>The ends of the bars, the rest pooled.</summary>
    private static List<(string Label, double To, string Text)> Bars(PredictionContributions contributions, FigureStyle style)
    {
        var features = contributions.Features;
        int shown = features.Count > MaximumFeatures ? MaximumFeatures - 1 : features.Count;
        var bars = new List<(string Label, double To, string Text)>();
        double at = contributions.BaseValue;
        foreach (var feature in features.Take(shown))
        {
            at += feature.Contribution;
            bars.Add((FeatureLabel.Of(feature.Name, feature.Value, style), at, $"{feature.Name} = {feature.Value}"));
        }

        if (shown < features.Count)
        {
            at += features.Skip(shown).Sum(feature => feature.Contribution);
            string rest = $"{NumberText.Count(features.Count - shown)} other features";
            bars.Add((rest, at, rest));
        }

        return bars;
    }

    private static string Meaning(PredictionContributions contributions)
    {
        string from = NumberText.Value(contributions.BaseValue), to = NumberText.Value(contributions.Score);
        if (contributions.Output == ExplainedOutput.Probability)
            (from, to) = (NumberText.Percent(contributions.BaseValue), NumberText.Percent(contributions.Score));
        string odds = contributions is { Output: ExplainedOutput.Score, Task: LearningTask.BinaryClassification } ? $", a probability of {NumberText.Percent(OutputFunctions.Sigmoid((float)contributions.Score))}" : "";
        return $"{Capital(contributions.Measure)}: {from} on average over the background rows, {to} in this row{odds}";
    }

    private static Figure MeanFigure(GlobalExplanation explanation, int shown, FigureStyle style)
    {
        var theme = style.Theme;
        var means = explanation.MeanContributions.Take(shown).ToList();
        int[] outputs = Outputs(explanation);
        bool hasRest = outputs.Length < explanation.OutputNames.Count;
        string title = outputs.Length > 1 ? "Mean absolute contribution, summed over the classes" : $"Mean absolute contribution to the {explanation.Rows.Explained.Describe(explanation.Output, 0)}";
        var panel = new ChartPanel(theme, LinearScale.Of(means.Select(mean => mean.Total), withZero: true), new NameScale([.. means.Select(mean => FeatureLabel.Of(mean.Name, style))], downwards: true), title, "");
        for (int i = 0; i < means.Count; i++)
        {
            double from = 0;
            for (int part = 0; part < outputs.Length + (hasRest ? 1 : 0); part++)
            {
                double to = part == outputs.Length ? means[i].Total : from + means[i].PerOutput[outputs[part]];
                panel.Block(from, to, i - 0.36, i + 0.36, part == outputs.Length ? theme.Axis : SeriesLook.Color(theme, part));
                panel.MarkBar(from, i, to, i, $"{means[i].Name}{(outputs.Length > 1 ? $"\n{(part == outputs.Length ? "other classes" : explanation.OutputNames[outputs[part]])}" : "")}\n{NumberText.Value(to - from)}");
                from = to;
            }
        }

        return new Figure
        {
            Title = "Contributions",
            Subtitle = $"{(shown < explanation.Features.Count ? $"The first {shown} of {NumberText.Count(explanation.Features.Count)} features; how" : "How")} far a feature moves the {explanation.Rows.Explained.Describe(explanation.Output, 0, outputs.Length > 1)} on average over {NumberText.Count(explanation.Rows.Count)} rows",
            Legend = outputs.Length == 1 ? [] :
            [
                .. outputs.Select((output, part) => new LegendEntry(explanation.OutputNames[output], SeriesLook.Color(theme, part), MarkerShape.FilledSquare)),
                .. hasRest ? [new LegendEntry("other classes", theme.Axis, MarkerShape.FilledSquare)] : Array.Empty<LegendEntry>(),
            ],
            Panels = [panel],
        };
    }

    /// <summary>The outputs that have a colour: all, or of many classes those with the largest contributions.</summary>
    private static int[] Outputs(GlobalExplanation explanation)
    {
        var all = Enumerable.Range(0, explanation.OutputNames.Count);
        return explanation.OutputNames.Count <= MaximumClasses + 1 ? [.. all] : [.. all.OrderByDescending(output => explanation.MeanContributions.Sum(mean => mean.PerOutput[output])).Take(MaximumClasses).Order()];
    }

    internal static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>A contribution with its sign.</summary>
    private static string Signed(double value, double range) => Rounded(value, range) is var rounded && rounded > 0 ? $"+{NumberText.Value(rounded)}" : NumberText.Value(rounded);

    /// <summary>A value to about a hundredth of the range of all: more digits would only be noise.</summary>
    private static double Rounded(double value, double range) =>
        double.IsFinite(value) && range > 0 ? Math.Round(value, Math.Clamp(2 - (int)Math.Floor(Math.Log10(range)), 0, 15)) + 0.0 : value; // no -0
}
