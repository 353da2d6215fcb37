namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Pictures of which parameters of a tuning mattered.</summary>
public static class ParameterImportancePlots
{
    private const int MaximumParameters = 40;

    /// <summary>Plots the share of each parameter in what makes a trial one of the best quarter, the most important first.</summary>
    /// <param name="tuning">What <c>TuneDenseNet</c> returned.</param>
    /// <exception cref="ArgumentException">There are too few trials to say, or nothing was searched.</exception>
    public static Picture PlotParameterImportances(this DenseNetTuningResult tuning)
    {
        ArgumentNullException.ThrowIfNull(tuning);
        var all = tuning.ParameterImportances();
        if (all.Count == 0)
            throw new ArgumentException($"{TuningSummary.Counts(tuning.Trials)}, of {tuning.Space.Parameters.Count} parameters: importances need at least {ParameterImportance.MinimumTrials} trials and a parameter. Raise {nameof(DenseNetTuningOptions.MaximumTrials)}; with a {nameof(DenseNetTuningOptions.JournalDirectory)}, the tuning continues.", nameof(tuning));
        int shown = Math.Min(all.Count, MaximumParameters);
        int height = 170 + (18 * shown);
        string most = all[0].Share > 0 ? $"{all[0].Parameter} matters most" : "none matters more than chance would explain";
        return new Picture($"Importance of {all.Count} parameters: {most}.", 680, height, style => ImportanceFigure(tuning, all, shown, style)) { NarrowHeight = height };
    }

    private static Figure ImportanceFigure(DenseNetTuningResult tuning, IReadOnlyList<TuningImportance> all, int shown, FigureStyle style)
    {
        var theme = style.Theme;
        var bars = all.Take(shown).ToList();
        var panel = new ChartPanel(theme, new LinearScale(0, Math.Max(0.1, bars[0].Share)), new NameScale([.. bars.Select(bar => FeatureLabel.Of(bar.Parameter, style))], downwards: true), "Share of all parameters", "");
        for (int i = 0; i < bars.Count; i++)
        {
            panel.Block(0, bars[i].Share, i - 0.36, i + 0.36, theme.Series[0]);
            panel.MarkBar(0, i, bars[i].Share, i, $"{bars[i].Parameter}\n{NumberText.Percent(Math.Round(bars[i].Share, 3))}");
        }

        panel.VerticalRule(0);
        string which = shown < all.Count ? $"The first {shown} of {all.Count} parameters. " : "";
        return new Figure
        {
            Title = "Importance of parameters",
            Subtitle = bars[0].Share > 0
                ? $"{which}What distinguishes the best quarter of {NumberText.Count(tuning.Trials.Count)} trials, beyond chance"
                : $"{which}Nothing distinguishes the best quarter of {NumberText.Count(tuning.Trials.Count)} trials beyond chance",
            Panels = [panel],
        };
    }
}
