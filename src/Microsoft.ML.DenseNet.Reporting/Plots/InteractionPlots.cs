namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Pictures of how far features act together.</summary>
public static class InteractionPlots
{
    private const int MaximumPairs = 15;

    /// <summary>Plots the strength of each pair's interaction, the strongest first.</summary>
    /// <param name="interactions">From <see cref="ExplainedRows.Interactions"/>.</param>
    /// <exception cref="ArgumentException">There are no pairs.</exception>
    public static Picture PlotInteractions(this FeatureInteractions interactions)
    {
        ArgumentNullException.ThrowIfNull(interactions);
        if (interactions.Pairs.Count == 0)
            throw new ArgumentException("There are no pairs: an interaction needs two features.", nameof(interactions));
        int shown = Math.Clamp(interactions.Pairs.Count(pair => pair.Strength > 0), 1, MaximumPairs);
        int height = 180 + 18 * shown;
        var most = interactions.Pairs[0];
        return new Picture($"Interactions of {interactions.Pairs.Count} pairs of features: {most.First} and {most.Second} act together most.", 680, height, style => InteractionFigure(interactions, shown, style)) { NarrowHeight = height };
    }

    private static Figure InteractionFigure(FeatureInteractions interactions, int shown, FigureStyle style)
    {
        var theme = style.Theme;
        var pairs = interactions.Pairs.Take(shown).ToList();
        var panel = new ChartPanel(theme, LinearScale.Of(pairs.Select(pair => pair.Strength), withZero: true), new NameScale([.. pairs.Select(pair => FeatureLabel.OfPair(pair.First, pair.Second, style))], downwards: true), $"Strength, in the unit of the {interactions.Measure}", "");
        for (int i = 0; i < pairs.Count; i++)
        {
            panel.Block(0, pairs[i].Strength, i - 0.36, i + 0.36, theme.Series[0]);
            panel.MarkBar(0, i, pairs[i].Strength, i, $"{pairs[i].First} × {pairs[i].Second}\nStrength {NumberText.Value(pairs[i].Strength)}\nH {NumberText.Value(Math.Round(pairs[i].H, 3))}");
        }

        return new Figure
        {
            Title = "Interactions",
            Subtitle = $"{(shown < interactions.Pairs.Count ? $"The first {shown} of {interactions.Pairs.Count} pairs; what" : "What")} two features do together beyond what each does by itself, over {interactions.RowCount} rows",
            Panels = [panel],
        };
    }
}
