using ScottPlot;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Pictures of data.</summary>
public static class DatasetPlots
{
    private const int MaximumFeatures = 5;
    private const int MaximumFeaturesNarrow = 3;
    private const int HistogramBins = 16;

    /// <summary>How many points' values a page shows in each of many panels.</summary>
    private const int MaximumMarks = 200;

    /// <summary>
    /// Plots the features pair by pair, coloured by class, or by fifths of a number label, and each feature's own distribution. Of many
    /// features, the five that individually say most about the label.
    /// </summary>
    /// <param name="data">Data with label and features, for example the output of the pipeline before the trainer.</param>
    /// <param name="labelColumnName">The label column: Boolean, key or Single.</param>
    /// <param name="featureColumnName">The feature column.</param>
    public static Picture PlotDataset(this IDataView data, string labelColumnName = "Label", string featureColumnName = "Features") =>
        PlotDataset(DatasetSummary.Read(data, labelColumnName, featureColumnName));

    internal static Picture PlotDataset(DatasetSummary data)
    {
        int shown = Math.Min(data.Features.Count, MaximumFeatures);
        int side = shown <= 2 ? 560 : 720;
        return new Picture($"Pairs of features of {NumberText.Count(data.RowCount)} rows, coloured by label.", side, shown <= 2 ? 440 : 700, style => DatasetFigure(data, style)) { NarrowHeight = 400 };
    }

    /// <summary>What the points of a figure have in common: their groups, with colours and shapes.</summary>
    private static (int[] Groups, List<LegendEntry> Legend) GroupRows(DatasetSummary data, Theme theme)
    {
        if (data.ClassNames.Count > 0)
        {
            return (
                [.. data.SampleLabels.Select(label => (int)label)],
                [.. data.ClassNames.Select((name, index) => new LegendEntry(name, SeriesLook.Color(theme, index), SeriesLook.Shape(index)))]);
        }

        double[] sorted = [.. data.SampleLabels.Order()];
        int count = theme.Ramp.Count;
        double[] bounds = [.. Enumerable.Range(1, count - 1).Select(i => sorted.Length == 0 ? 0 : sorted[i * (sorted.Length - 1) / count])];
        var legend = Enumerable.Range(0, count).Select(i => new LegendEntry(
            i == 0 ? $"up to {NumberText.Value(bounds[0])}" : i == count - 1 ? $"above {NumberText.Value(bounds[^1])}" : $"{NumberText.Value(bounds[i - 1])} to {NumberText.Value(bounds[i])}",
            theme.Ramp[i],
            SeriesLook.Shape(i)));
        return ([.. data.SampleLabels.Select(label => bounds.Count(bound => label > bound))], [.. legend]);
    }

    private static Figure DatasetFigure(DatasetSummary data, FigureStyle style)
    {
        int[] features = data.MostTelling(style.IsNarrow ? MaximumFeaturesNarrow : MaximumFeatures);
        var (groups, legend) = GroupRows(data, style.Theme);
        var texts = RowTexts(data, features, groups, legend);
        var panels = new List<Panel?>();
        bool isGrid = features.Length > 2;
        if (features.Length == 1)
        {
            panels.Add(Distribution(data, features[0], groups, legend, style.Theme, shared: null));
        }
        else if (!isGrid)
        {
            panels.Add(Pair(data, features[0], features[1], groups, legend, texts, style.Theme, shared: null));
        }
        else
        {
            for (int row = 0; row < features.Length; row++)
            {
                for (int column = 0; column < features.Length; column++)
                {
                    (bool Left, bool Bottom) labels = (column == 0, row == features.Length - 1);
                    panels.Add(
                        column > row ? null :
                        column == row ? Distribution(data, features[row], groups, legend, style.Theme, labels) :
                        Pair(data, features[column], features[row], groups, legend, texts, style.Theme, labels));
                }
            }
        }

        string sample = data.SampleFeatures.Count < data.RowCount
            ? $"{NumberText.Count(data.SampleFeatures.Count)} of {NumberText.Count(data.RowCount)} rows"
            : $"{NumberText.Count(data.RowCount)} rows";
        string chosen = features.Length < data.Features.Count ? $"; the {features.Length} of {NumberText.Count(data.Features.Count)} features that tell most about the label by themselves" : "";
        return new Figure
        {
            Title = features.Length == 1 ? "The feature by label" : "Pairs of features",
            Subtitle = sample + chosen + (data.Label is { } label ? $"; colour shows {label.Name}, in fifths" : ""),
            Legend = legend,
            Panels = panels,
            Columns = isGrid ? features.Length : 1,
            SharesAxes = isGrid,
        };
    }

    /// <summary>The text shown when a row is pointed at, in any panel.</summary>
    private static string[] RowTexts(DatasetSummary data, int[] features, int[] groups, List<LegendEntry> legend) => [.. data.SampleFeatures.Select((row, index) =>
        string.Join('\n', features.Select(feature => $"{data.Features[feature].Name} {NumberText.Value(row[feature])}")) + "\n" +
        (data.Label is { } label ? $"{label.Name} {NumberText.Value(data.SampleLabels[index])}" : legend[groups[index]].Text))];

    private static ChartPanel Pair(DatasetSummary data, int x, int y, int[] groups, List<LegendEntry> legend, string[] texts, Theme theme, (bool Left, bool Bottom)? shared)
    {
        var panel = new ChartPanel(theme, Scale(data, x), Scale(data, y), shared is null or { Bottom: true } ? data.Features[x].Name : "", shared is null or { Left: true } ? data.Features[y].Name : "") { SharedAxes = shared };
        foreach (var group in groups.Select((group, row) => (group, row)).GroupBy(pair => pair.group).OrderBy(group => group.Key))
        {
            var look = legend[group.Key];
            panel.Points(group.Select(pair => ((double)data.SampleFeatures[pair.row][x], (double)data.SampleFeatures[pair.row][y])), look.Color.WithAlpha(0.65), look.Marker!.Value, shared is null ? 7 : 4.5f);
        }

        foreach (int row in Decimation.Spread(groups.Length, shared is null ? groups.Length : MaximumMarks))
            panel.Mark(data.SampleFeatures[row][x], data.SampleFeatures[row][y], texts[row]);
        return panel;
    }

    /// <summary>A histogram of a feature for each group, overlaid.</summary>
    private static ChartPanel Distribution(DatasetSummary data, int feature, int[] groups, List<LegendEntry> legend, Theme theme, (bool Left, bool Bottom)? shared)
    {
        var scale = Scale(data, feature);
        double width = (scale.End - scale.Start) / HistogramBins;
        int[,] counts = new int[legend.Count, HistogramBins];
        for (int row = 0; row < groups.Length; row++)
        {
            double value = data.SampleFeatures[row][feature];
            if (double.IsFinite(value))
                counts[groups[row], Math.Clamp((int)((value - scale.Start) / width), 0, HistogramBins - 1)]++;
        }

        string name = data.Features[feature].Name;
        var panel = new ChartPanel(theme, scale, new LinearScale(0, Math.Max(1, counts.Cast<int>().Max())), shared is null or { Bottom: true } ? name : "", shared is null or { Left: true } ? "Rows" : "")
        {
            SharedAxes = shared,
        };
        for (int group = 0; group < legend.Count; group++)
        {
            for (int bin = 0; bin < HistogramBins; bin++)
            {
                if (counts[group, bin] == 0)
                    continue;
                double start = scale.Start + bin * width;
                panel.Block(start, start + width, 0, counts[group, bin], legend[group].Color.WithAlpha(0.45));
                panel.MarkBar(start + width / 2, 0, start + width / 2, counts[group, bin], $"{name} {NumberText.Value(start)} to {NumberText.Value(start + width)}\n{legend[group].Text}: {NumberText.Count(counts[group, bin])} rows");
            }
        }

        return panel;
    }

    private static LinearScale Scale(DatasetSummary data, int feature) => LinearScale.Of(data.SampleFeatures.Select(row => (double)row[feature]));
}
