using ScottPlot;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Pictures of the course of a tuning: trial by trial, and network by network.</summary>
public static class TuningPlots
{
    private const int Width = 720;
    private const int Height = 400;
    private const int NarrowHeight = 340;

    /// <summary>How many trials a page shows when pointed at; with more, they could not be told apart.</summary>
    private const int MaximumMarks = 250;

    /// <summary>How many trials have a line; more would only cover each other.</summary>
    private const int MaximumLines = 300;

    /// <summary>Plots the metric of each trial in their order, and the best so far; trials that were stopped or failed are marked.</summary>
    /// <param name="tuning">What <c>TuneDenseNet</c> returned.</param>
    public static Picture PlotTrials(this DenseNetTuningResult tuning)
    {
        ArgumentNullException.ThrowIfNull(tuning);
        return new Picture($"{MetricAxis.NameOf(tuning.Metric)} of each trial. {TuningSummary.Of(tuning)}.", Width, Height, style => TrialFigure(tuning, style)) { NarrowHeight = NarrowHeight };
    }

    /// <summary>Plots the metric of each trial after each of its networks; the lines of trials that were stopped end early.</summary>
    /// <param name="tuning">What <c>TuneDenseNet</c> returned.</param>
    public static Picture PlotRungs(this DenseNetTuningResult tuning)
    {
        ArgumentNullException.ThrowIfNull(tuning);
        return new Picture($"{MetricAxis.NameOf(tuning.Metric)} of each trial after each of its networks. {TuningSummary.Of(tuning)}.", Width, Height, style => RungFigure(tuning, style)) { NarrowHeight = NarrowHeight };
    }

    private static Figure TrialFigure(DenseNetTuningResult tuning, FigureStyle style)
    {
        var theme = style.Theme;
        var axis = new MetricAxis(tuning.Metric, tuning.Trials.Where(trial => trial.Networks > 0).Select(trial => trial.Metric));
        int last = tuning.Trials.Max(trial => trial.Number);
        var panel = new ChartPanel(theme, new LinearScale(0, Math.Max(last, 1), integers: true, margin: 0.02), axis.Scale, "Trial", axis.Title);
        var legend = new List<LegendEntry>();
        if (tuning.Trials.FirstOrDefault(trial => trial.Number == 0) is { Networks: > 0 } first)
        {
            panel.HorizontalRule(axis.Place(first.Metric));
            legend.Add(new LegendEntry("without tuning", theme.Axis, Pattern: LinePattern.Dotted));
        }

        BestSoFar(panel, tuning, axis, last, theme);
        legend.Insert(0, new LegendEntry("best so far", theme.Series[1]));
        Add("failed", trial => trial.State == TuningTrialState.Failed, theme.Series[3], MarkerShape.Eks, 8);
        Add("stopped", trial => trial.State == TuningTrialState.Stopped, theme.Muted, MarkerShape.OpenCircle, 7);
        Add("complete", trial => trial.State == TuningTrialState.Complete, theme.Series[0], MarkerShape.FilledCircle, 7);
        foreach (int index in Decimation.Spread(tuning.Trials.Count, MaximumMarks))
            panel.Mark(tuning.Trials[index].Number, PlaceOf(tuning.Trials[index], axis), TuningSummary.Of(tuning.Trials[index], tuning.Metric));
        return new Figure { Title = "Trials", Subtitle = TuningSummary.Of(tuning) + Beyond(tuning, axis), Legend = legend, Panels = [panel] };

        void Add(string name, Func<TuningTrial, bool> isOne, Color color, MarkerShape shape, float size)
        {
            var trials = tuning.Trials.Where(isOne).ToList();
            if (trials.Count == 0)
                return;
            panel.Points(trials.Select(trial => ((double)trial.Number, PlaceOf(trial, axis))), color, shape, size);
            legend.Add(new LegendEntry(name, color, shape));
        }
    }

    /// <summary>Draws the best complete trial's metric as a staircase.</summary>
    private static void BestSoFar(ChartPanel panel, DenseNetTuningResult tuning, MetricAxis axis, int last, Theme theme)
    {
        var xs = new List<double>();
        var ys = new List<double>();
        double best = double.NaN;
        foreach (var trial in tuning.Trials.Where(trial => trial.State == TuningTrialState.Complete))
        {
            if (HeldOutScore.ToLoss(tuning.Metric, trial.Metric) >= HeldOutScore.ToLoss(tuning.Metric, best))
                continue;
            if (xs.Count > 0)
                Add(trial.Number, best);
            best = trial.Metric;
            Add(trial.Number, best);
        }

        Add(Math.Max(last, 1), best);
        panel.Line(xs, ys, theme.Series[1]);

        void Add(double x, double y)
        {
            xs.Add(x);
            ys.Add(axis.Place(y));
        }
    }

    private static Figure RungFigure(DenseNetTuningResult tuning, FigureStyle style)
    {
        var theme = style.Theme;
        var axis = new MetricAxis(tuning.Metric, tuning.Trials.SelectMany(trial => trial.Rungs).Select(rung => rung.Metric));
        int most = tuning.Trials.Max(trial => trial.Networks);
        var panel = new ChartPanel(theme, new LinearScale(1, Math.Max(most, 2), integers: true, margin: 0.04), axis.Scale, "Networks", axis.Title);
        var trials = tuning.Trials.Where(trial => trial.Networks > 0).ToList();
        int[] shown = [.. Decimation.Spread(trials.Count, MaximumLines)];
        var legend = new List<LegendEntry>();
        Add("stopped", [.. shown.Select(index => trials[index]).Where(trial => trial.State != TuningTrialState.Complete)], theme.Muted.WithAlpha(0.6), 1, MarkerShape.OpenCircle, null);
        Add("complete", [.. shown.Select(index => trials[index]).Where(trial => trial.State == TuningTrialState.Complete && trial != tuning.Best && trial.Number > 0)], theme.Series[0].WithAlpha(0.7), 1.5f, MarkerShape.FilledCircle, null);
        Add("without tuning", [.. trials.Where(trial => trial.Number == 0 && trial != tuning.Best)], theme.Ink, 2, MarkerShape.FilledCircle, LinePattern.DenselyDashed);
        Add("best", [tuning.Best], theme.Series[1], 3, MarkerShape.FilledCircle, null);
        foreach (int index in Decimation.Spread(trials.Count, MaximumMarks))
            panel.Mark(trials[index].Networks, axis.Place(trials[index].Metric), TuningSummary.Of(trials[index], tuning.Metric));
        string some = shown.Length < trials.Count ? $"; lines of {shown.Length} trials" : "";
        return new Figure { Title = "Rungs", Subtitle = $"Each trial after each of its networks; those that are not among the best end early{some}", Legend = legend, Panels = [panel] };

        void Add(string name, IReadOnlyList<TuningTrial> lines, Color color, float width, MarkerShape end, LinePattern? pattern)
        {
            if (lines.Count == 0)
                return;
            foreach (var trial in lines.Where(trial => trial.Networks > 1))
                panel.Line([.. trial.Rungs.Select(rung => (double)rung.Networks)], [.. trial.Rungs.Select(rung => axis.Place(rung.Metric))], color, width, pattern);
            panel.Points(lines.Select(trial => ((double)trial.Networks, axis.Place(trial.Metric))), color, end, 6);
            legend.Add(new LegendEntry(name, color, Pattern: pattern ?? LinePattern.Solid));
        }
    }

    /// <summary>A trial without a metric is where the worst are.</summary>
    private static double PlaceOf(TuningTrial trial, MetricAxis axis) => trial.Networks == 0 ? axis.Edge : axis.Place(trial.Metric);

    private static string Beyond(DenseNetTuningResult tuning, MetricAxis axis)
    {
        int count = tuning.Trials.Count(trial => trial.Networks > 0 && axis.IsBeyond(trial.Metric));
        return count == 0 ? "" : $"; {NumberText.Count(count)} much worse {(count == 1 ? "one is" : "ones are")} at the edge";
    }
}
