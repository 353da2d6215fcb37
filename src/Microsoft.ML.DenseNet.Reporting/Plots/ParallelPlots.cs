namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Pictures of all values of a tuning's trials.</summary>
public static class ParallelPlots
{
    private const int MaximumParameters = 24;
    private const int RowHeight = 40;

    /// <summary>
    /// Plots an axis for each parameter, one below the other, with the metric at the bottom, and a line from top to bottom for each trial. The best
    /// trials are darkest; a line has a gap where its trial does not have the parameter.
    /// </summary>
    /// <param name="tuning">What <c>TuneDenseNet</c> returned.</param>
    public static Picture PlotParallelCoordinates(this DenseNetTuningResult tuning)
    {
        ArgumentNullException.ThrowIfNull(tuning);
        TuningParameter[] shown = [.. Shown(tuning)];
        int height = 150 + (RowHeight * (shown.Length + 1));
        return new Picture($"Values of {shown.Length} parameters in each trial. {TuningSummary.Of(tuning)}: {Values(tuning)}.", 720, height, style => ParallelFigure(tuning, shown, style)) { NarrowHeight = height + 40 };
    }

    private static Figure ParallelFigure(DenseNetTuningResult tuning, TuningParameter[] shown, FigureStyle style)
    {
        var lines = new ParallelLines(tuning, shown);
        string some = shown.Length < tuning.Space.Parameters.Count ? $"The {shown.Length} most important of {tuning.Space.Parameters.Count} parameters" : "A line from top to bottom for each trial";
        return new Figure
        {
            Title = "Values of the trials",
            Subtitle = $"{some}; the thick one is the best",
            Legend = [.. lines.Groups.Select(group => new LegendEntry(ParallelLines.Names[group], ParallelDrawing.ColorOf(group, style.Theme)))],
            Panels = [new CanvasPanel((canvas, area) => new ParallelDrawing(lines, style, canvas, area).Draw())],
        };
    }

    /// <summary>All parameters in their order, or the most important of very many.</summary>
    private static IEnumerable<TuningParameter> Shown(DenseNetTuningResult tuning)
    {
        var all = tuning.Space.Parameters;
        if (all.Count <= MaximumParameters)
            return all;
        var important = tuning.ParameterImportances().Take(MaximumParameters).Select(importance => importance.Parameter).ToHashSet(StringComparer.Ordinal);
        return important.Count == 0 ? all.Take(MaximumParameters) : all.Where(parameter => important.Contains(parameter.Name));
    }

    private static string Values(DenseNetTuningResult tuning) => tuning.Best.Values.Count == 0 ? "the defaults" : tuning.Best.Values.ToString();
}
