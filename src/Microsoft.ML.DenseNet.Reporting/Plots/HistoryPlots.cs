using System.Globalization;
using ScottPlot;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Pictures of a training history.</summary>
public static class HistoryPlots
{
    private const int Width = 720;
    private const int Height = 400;
    private const int NarrowHeight = 300;

    /// <summary>How many values a page shows along a line; with more, they could not be pointed at.</summary>
    private const int MaximumMarks = 250;

    /// <summary>Plots the training and validation loss over the epochs, and marks the epoch whose weights the model holds.</summary>
    /// <param name="history">The training history, for example <c>model.Network.History</c>.</param>
    /// <param name="logarithmic">Whether the loss is on a logarithmic axis; by default if it spans more than two powers of ten.</param>
    /// <param name="unit">The loss's unit: nats for cross-entropy; null if it is not known.</param>
    public static Picture PlotLoss(this TrainingHistory history, bool? logarithmic = null, string? unit = null)
    {
        ArgumentNullException.ThrowIfNull(history);
        return new Picture($"Loss by epoch. {Course(history)}", Width, Height, style => LossFigure(history, logarithmic, unit, style)) { NarrowHeight = NarrowHeight };
    }

    /// <summary>Plots the learning rate over the epochs.</summary>
    /// <param name="history">The training history.</param>
    /// <param name="logarithmic">Whether the rate is on a logarithmic axis, if it is above 0.</param>
    public static Picture PlotLearningRate(this TrainingHistory history, bool logarithmic = false)
    {
        ArgumentNullException.ThrowIfNull(history);
        return new Picture("Learning rate by epoch.", Width, 300, style =>
        {
            double[] rates = [.. history.Select(record => record.LearningRate)];
            var panel = new ChartPanel(style.Theme, EpochScale(history.Count), ValueScale(rates, logarithmic, withZero: true), "Epoch", "Learning rate");
            panel.Line(Epochs(history), rates, style.Theme.Series[0]);
            foreach (int index in Decimation.Spread(history.Count, MaximumMarks))
                panel.Mark(index + 1, rates[index], $"Epoch {NumberText.Count(index + 1)}\nLearning rate {NumberText.Value(rates[index])}");
            return new Figure { Title = "Learning rate", Subtitle = "At the last step of each epoch", Panels = [panel] };
        })
        { NarrowHeight = 240 };
    }

    /// <summary>Plots the losses of several training runs in one picture: two activations, three learning rates.</summary>
    /// <param name="runs">The training runs and their names.</param>
    /// <remarks>Thick lines are validation losses if all runs have them, with the training losses as thin lines; otherwise training losses.</remarks>
    public static Picture Compare(params IEnumerable<(string Name, TrainingHistory History)> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        var all = runs.ToList();
        if (all.Count == 0)
            throw new ArgumentException("There are no trainings to compare.", nameof(runs));
        foreach (var (name, history) in all)
        {
            ArgumentNullException.ThrowIfNull(name, nameof(runs));
            ArgumentNullException.ThrowIfNull(history, nameof(runs));
        }

        return new Picture($"Losses of {all.Count} trainings by epoch.", Width, Height, style => ComparisonFigure(all, style)) { NarrowHeight = 340 };
    }

    private static Figure LossFigure(TrainingHistory history, bool? logarithmic, string? unit, FigureStyle style)
    {
        var theme = style.Theme;
        double[] epochs = Epochs(history);
        double[] training = [.. history.Select(record => record.TrainingLoss)];
        double[] validation = ValidationLosses(history);
        bool hasValidation = validation.Any(double.IsFinite);
        var panel = new ChartPanel(theme, EpochScale(history.Count), ValueScale([.. training, .. validation], logarithmic), "Epoch", unit is null ? "Loss (mean per row)" : $"Loss ({unit} per row)");

        // Averaged networks each have a best epoch.
        bool showsBest = hasValidation && history.BestEpoch > 0 && history.Networks == 1;
        if (showsBest)
            panel.VerticalRule(history.BestEpoch);
        panel.Line(epochs, training, theme.Series[0]);
        if (hasValidation)
            panel.Line(epochs, validation, theme.Series[1], pattern: LinePattern.DenselyDashed);
        if (showsBest)
            panel.Points([(history.BestEpoch, validation[history.BestEpoch - 1])], theme.Series[1], size: 9);
        foreach (int index in Decimation.Spread(history.Count, MaximumMarks))
            panel.Mark(epochs[index], training[index], Describe(history[index]));

        var legend = new List<LegendEntry> { new("Training", theme.Series[0]) };
        if (hasValidation)
            legend.Add(new LegendEntry("Validation", theme.Series[1], Pattern: LinePattern.DenselyDashed));
        if (showsBest)
            legend.Add(new LegendEntry($"Weights kept: epoch {NumberText.Count(history.BestEpoch)}", theme.Series[1], MarkerShape.FilledCircle));
        return new Figure { Title = "Loss", Subtitle = Course(history), Legend = legend, Panels = [panel] };
    }

    private static Figure ComparisonFigure(List<(string Name, TrainingHistory History)> runs, FigureStyle style)
    {
        var theme = style.Theme;
        bool hasValidation = runs.All(run => run.History.Any(record => record.ValidationLoss is not null));
        var losses = runs.Select(run => hasValidation ? ValidationLosses(run.History) : [.. run.History.Select(record => record.TrainingLoss)]).ToList();
        var shown = losses.SelectMany(values => values).Concat(runs.SelectMany(run => run.History).Select(record => record.TrainingLoss));
        string what = hasValidation ? "Validation loss" : "Training loss";
        var panel = new ChartPanel(theme, EpochScale(runs.Max(run => run.History.Count)), ValueScale([.. shown], logarithmic: null), "Epoch", $"{what} (mean per row)");
        var legend = new List<LegendEntry>();
        for (int i = 0; i < runs.Count; i++)
        {
            var (name, history) = runs[i];
            var color = SeriesLook.Color(theme, i);
            if (hasValidation)
                panel.Line(Epochs(history), [.. history.Select(record => record.TrainingLoss)], color.WithAlpha(0.4), width: 1);
            panel.Line(Epochs(history), losses[i], color, pattern: SeriesLook.Pattern(i));
            foreach (int index in Decimation.Spread(history.Count, MaximumMarks / runs.Count + 2))
                panel.Mark(index + 1, losses[i][index], $"{name}\n{Describe(history[index])}");
            legend.Add(new LegendEntry(name, color, Pattern: SeriesLook.Pattern(i))
            {
                Value = NumberText.Value(losses[i].Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min()),
            });
        }

        return new Figure
        {
            Title = $"{what} of {runs.Count} {(runs.Count == 1 ? "training" : "trainings")}",
            Subtitle = hasValidation ? "Lowest value beside each name; thin lines are training losses" : "Lowest value beside each name",
            Legend = legend,
            Panels = [panel],
        };
    }

    /// <summary>The training run in one sentence.</summary>
    private static string Course(TrainingHistory history)
    {
        if (history.Count == 0)
            return "No epoch was run.";
        string end = history.StopReason switch
        {
            StopReason.EarlyStopping => ", stopped early",
            StopReason.Observer => ", stopped by an observer",
            _ => "",
        };
        string epochs = history.Count == 1 ? "1 epoch" : $"{NumberText.Count(history.Count)} epochs";
        return $"{epochs}{Mean(history)}, in {Duration(history[^1].Seconds)}{end}; training loss from {NumberText.Value(history[0].TrainingLoss)} to {NumberText.Value(history[^1].TrainingLoss)}";
    }

    private static string Mean(TrainingHistory history) => history.Networks > 1 ? $", mean of {history.Networks} networks" : "";

    private static string Duration(double seconds) => seconds switch
    {
        < 0.9995 => string.Create(CultureInfo.InvariantCulture, $"{1000 * seconds:0} ms"),
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0.#} min"),
    };

    private static string Describe(EpochRecord record)
    {
        string text = $"Epoch {NumberText.Count(record.Epoch)}\nTraining loss {NumberText.Value(record.TrainingLoss)}";
        if (record.ValidationLoss is { } validation)
            text += $"\nValidation loss {NumberText.Value(validation)}";
        if (record.GradientNorm is { } norm)
            text += $"\nGradient norm {NumberText.Value(norm)}";
        return text;
    }

    private static double[] Epochs(TrainingHistory history) => [.. Enumerable.Range(1, history.Count).Select(epoch => (double)epoch)];

    private static double[] ValidationLosses(TrainingHistory history) => [.. history.Select(record => record.ValidationLoss ?? double.NaN)];

    private static LinearScale EpochScale(int count) => new(Math.Min(1, count), count, integers: true, margin: 0.02);

    private static AxisScale ValueScale(IReadOnlyList<double> values, bool? logarithmic, bool withZero = false)
    {
        var finite = values.Where(double.IsFinite).ToList();
        bool canBeLogarithmic = finite.Count > 0 && finite.Min() > 0;
        bool spans = canBeLogarithmic && finite.Max() / finite.Min() > 100;
        return canBeLogarithmic && (logarithmic ?? spans) ? new LogScale(finite.Min(), finite.Max()) : LinearScale.Of(finite, withZero);
    }
}
