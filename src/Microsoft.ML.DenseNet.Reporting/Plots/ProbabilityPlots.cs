namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Pictures of how a classifier's predictions change during training, from a <see cref="ProbabilityRecorder"/>.</summary>
public static class ProbabilityPlots
{
    private const int EvolutionPanels = 12;
    private const int EvolutionPanelsNarrow = 4;

    /// <summary>Plots one bar per row: its probability before and after training.</summary>
    /// <param name="recorder">The recorder, after training.</param>
    public static Picture PlotProbabilities(this ProbabilityRecorder recorder)
    {
        CheckRecorded(recorder);
        return new Picture($"Probabilities of {recorder.Labels.Count} rows before and after training.", 720, 520, style => new Figure
        {
            Title = "Probabilities before and after training",
            Subtitle = Meaning(recorder) + (recorder.Networks > 1 ? "; before training, of the first network" : ""),
            Legend = Legend(recorder, style.Theme),
            Panels =
            [
                Bars(recorder, recorder.Snapshots[0], style.Theme, "Before training", shared: null),
                Bars(recorder, recorder.Snapshots[^1], style.Theme, After(recorder), shared: null),
            ],
        })
        { NarrowHeight = 460 };
    }

    /// <summary>Plots the same bars repeatedly, from before training to its end.</summary>
    /// <param name="recorder">The recorder, after training.</param>
    public static Picture PlotProbabilityEvolution(this ProbabilityRecorder recorder)
    {
        CheckRecorded(recorder);
        return new Picture($"Probabilities of {recorder.Labels.Count} rows from before training to the model.", 760, 600, style =>
        {
            int[] shown = [.. Decimation.Spread(recorder.Snapshots.Count, style.IsNarrow ? EvolutionPanelsNarrow : EvolutionPanels)];
            int columns = Math.Min(shown.Length, style.IsNarrow ? 2 : shown.Length > 9 ? 4 : 3);
            return new Figure
            {
                Title = "Probabilities while training",
                Subtitle = Meaning(recorder) + Course(recorder),
                Legend = Legend(recorder, style.Theme),
                Panels = [.. shown.Select((index, place) => Bars(recorder, recorder.Snapshots[index], style.Theme, Moment(recorder, recorder.Snapshots[index]), (place % columns == 0, place + columns >= shown.Length)))],
                Columns = columns,
                SharesAxes = true,
            };
        })
        { NarrowHeight = 440 };
    }

    /// <summary>The frame for the report's step-through view: the axes, without bars, and marks at the bars' places.</summary>
    internal static Picture PlotStage(ProbabilityRecorder recorder) => new($"Probabilities of {recorder.Labels.Count} rows, epoch by epoch.", 720, 360, style => new Figure
    {
        Title = "Step through the training",
        Subtitle = Meaning(recorder) + Course(recorder),
        Legend = Legend(recorder, style.Theme),
        Panels = [StageWithCorners(recorder, style.Theme)],
    })
    { NarrowHeight = 340 };

    /// <summary>The watched rows, class by class.</summary>
    internal static int[] Order(ProbabilityRecorder recorder) => [.. Enumerable.Range(0, recorder.Labels.Count).OrderBy(row => recorder.Labels[row])];

    internal static string Moment(ProbabilityRecorder recorder, ProbabilitySnapshot snapshot) => snapshot switch
    {
        { IsModel: true } when recorder.Networks > 1 => $"Model, mean of {recorder.Networks}",
        { IsModel: true } when recorder.KeptEpoch is { } kept => $"Model (epoch {NumberText.Count(kept)})",
        { Epoch: 0 } => "Before training",
        _ => $"Epoch {NumberText.Count(snapshot.Epoch)}",
    };

    private static ChartPanel Bars(ProbabilityRecorder recorder, ProbabilitySnapshot snapshot, Theme theme, string title, (bool Left, bool Bottom)? shared)
    {
        var panel = Stage(recorder, theme, title, shared);
        int[] order = Order(recorder);
        for (int place = 0; place < order.Length; place++)
        {
            int row = order[place];
            double probability = snapshot.Probabilities[row];
            panel.Block(place - 0.4, place + 0.4, 0, probability, SeriesLook.Color(theme, recorder.Labels[row]));
            panel.MarkBar(place, 0, place, probability, $"{Moment(recorder, snapshot)}\nRow {row + 1}, {recorder.ClassNames[recorder.Labels[row]]}\nProbability {NumberText.Percent(probability)}");
        }

        return panel;
    }

    private static ChartPanel Stage(ProbabilityRecorder recorder, Theme theme, string title, (bool Left, bool Bottom)? shared)
    {
        string[] names = [.. Order(recorder).Select(row => NumberText.Count(row + 1))];
        var panel = new ChartPanel(theme, new NameScale(names, areNumbers: true), LinearScale.Share(), shared is null or { Bottom: true } ? "Row, by class" : "", shared is null or { Left: true } ? "Probability" : "")
        {
            Title = title,
            SharedAxes = shared,
        };
        panel.HorizontalRule(recorder.IsBinary ? 0.5 : 1.0 / recorder.ClassNames.Count);
        return panel;
    }

    /// <summary>The stage with a mark for each row, in the order of <see cref="Order"/>: its bar at probability 1.</summary>
    private static ChartPanel StageWithCorners(ProbabilityRecorder recorder, Theme theme)
    {
        var panel = Stage(recorder, theme, "", shared: null);
        for (int place = 0; place < recorder.Labels.Count; place++)
        {
            panel.MarkBar(place, 0, place, 1, "");
        }

        return panel;
    }

    private static List<LegendEntry> Legend(ProbabilityRecorder recorder, Theme theme) =>
        [.. recorder.Labels.Distinct().Order().Select(number => new LegendEntry(recorder.ClassNames[number], SeriesLook.Color(theme, number), ScottPlot.MarkerShape.FilledSquare))];

    private static string Meaning(ProbabilityRecorder recorder) => recorder.IsBinary
        ? $"Probability of class {recorder.ClassNames[1]} for {recorder.Labels.Count} rows, coloured by their true class; the dotted line is 50 %"
        : $"Probability of the row's own class for {recorder.Labels.Count} rows; the dotted line is chance";

    private static string After(ProbabilityRecorder recorder)
    {
        var last = recorder.Snapshots[^1];
        if (recorder.Networks > 1)
            return $"After training: mean of {recorder.Networks} networks";
        return recorder.KeptEpoch is { } kept ? $"After {Epochs(last.Epoch)}: weights of epoch {NumberText.Count(kept)}" : $"After {Epochs(last.Epoch)}";
    }

    private static string Course(ProbabilityRecorder recorder) =>
        recorder.Networks > 1 ? $"; epochs are the first network's, last is the model, which averages {recorder.Networks}" : "";

    private static string Epochs(int count) => count == 1 ? "1 epoch" : $"{NumberText.Count(count)} epochs";

    private static void CheckRecorded(ProbabilityRecorder recorder)
    {
        ArgumentNullException.ThrowIfNull(recorder);
        if (recorder.Snapshots.Count == 0)
            throw new InvalidOperationException("The recorder has seen no training: add it to Options.Observers before Fit.");
    }
}
