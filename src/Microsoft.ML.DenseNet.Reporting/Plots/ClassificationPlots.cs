using System.Globalization;
using ScottPlot;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Pictures of how a classifier performs on rows it was not trained on.</summary>
/// <remarks>
/// Each is an extension of <see cref="ClassificationResults"/>, and of scored data: <c>model.Transform(testData).PlotRoc()</c>.
/// </remarks>
public static class ClassificationPlots
{
    private const int Width = 520;
    private const int Height = 440;
    private const int NarrowHeight = 380;

    /// <summary>Up to this many classes are drawn, each in its own colour; if there are more, the hardest ones.</summary>
    private const int ColouredClasses = 8;
    private const int HighlightedClasses = 4;
    private const int MaximumMarks = 120;
    private const int CalibrationBins = 10;

    /// <summary>Plots how often each class was predicted as each: rows are the true classes, columns the predicted ones.</summary>
    /// <param name="results">The results.</param>
    public static Picture PlotConfusion(this ClassificationResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        int side = Math.Clamp(260 + 44 * results.ClassNames.Count, Width, 800);
        return new Picture($"Confusion matrix of {results.ClassNames.Count} classes: {Right(results)}.", side, side - 60, style => ConfusionFigure(results, style)) { NarrowHeight = 400 };
    }

    /// <inheritdoc cref="PlotConfusion(ClassificationResults)"/>
    /// <param name="scored">What the model's <c>Transform</c> returned for the test data.</param>
    /// <param name="labelColumnName">The label column.</param>
    public static Picture PlotConfusion(this IDataView scored, string labelColumnName = "Label") => PlotConfusion(ClassificationResults.Read(scored, labelColumnName));

    /// <summary>Plots the share of a class found against the share of other rows taken for it, at every threshold; several classes each against the rest.</summary>
    /// <param name="results">The results.</param>
    public static Picture PlotRoc(this ClassificationResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        return new Picture($"Receiver operating characteristic: true positive rate by false positive rate; {Areas(results, ranked => ranked.AreaUnderRoc(), "area")}.", Width, Height, style => CurveFigure(
            results, style, "ROC curve", "False positive rate (share of other rows)", "True positive rate (share of the class)", "area",
            ranked => ranked.AreaUnderRoc(), RocCurve, isRoc: true))
        { NarrowHeight = NarrowHeight };
    }

    /// <inheritdoc cref="PlotRoc(ClassificationResults)"/>
    /// <param name="scored">What the model's <c>Transform</c> returned for the test data.</param>
    /// <param name="labelColumnName">The label column.</param>
    public static Picture PlotRoc(this IDataView scored, string labelColumnName = "Label") => PlotRoc(ClassificationResults.Read(scored, labelColumnName));

    /// <summary>Plots the share of a class among the rows taken for it against the share found, at every threshold; several classes each against the rest.</summary>
    /// <param name="results">The results.</param>
    public static Picture PlotPrecisionRecall(this ClassificationResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        return new Picture($"Precision by recall; {Areas(results, ranked => ranked.AveragePrecision(), "average precision")}.", Width, Height, style => CurveFigure(
            results, style, "Precision and recall", "Recall (share of the class found)", "Precision (share of hits)", "average precision",
            ranked => ranked.AveragePrecision(), PrecisionRecallCurve, isRoc: false))
        { NarrowHeight = NarrowHeight };
    }

    /// <inheritdoc cref="PlotPrecisionRecall(ClassificationResults)"/>
    /// <param name="scored">What the model's <c>Transform</c> returned for the test data.</param>
    /// <param name="labelColumnName">The label column.</param>
    public static Picture PlotPrecisionRecall(this IDataView scored, string labelColumnName = "Label") => PlotPrecisionRecall(ClassificationResults.Read(scored, labelColumnName));

    /// <summary>
    /// Plots how well probabilities are calibrated: the observed share by predicted probability, in ten bins, and how many rows each
    /// bin has. With several classes, the likeliest one's probability and how often it is right.
    /// </summary>
    /// <param name="results">The results.</param>
    public static Picture PlotCalibration(this ClassificationResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        return new Picture($"Calibration: observed share by predicted probability; {NumberText.Percent(CalibrationError(results))} apart on average.", Width, 460, style => CalibrationFigure(results, style)) { NarrowHeight = 420 };
    }

    /// <inheritdoc cref="PlotCalibration(ClassificationResults)"/>
    /// <param name="scored">What the model's <c>Transform</c> returned for the test data.</param>
    /// <param name="labelColumnName">The label column.</param>
    public static Picture PlotCalibration(this IDataView scored, string labelColumnName = "Label") => PlotCalibration(ClassificationResults.Read(scored, labelColumnName));

    private static string Right(ClassificationResults results)
    {
        int right = Enumerable.Range(0, results.RowCount).Count(row => results.PredictedClass(row) == results.Labels[row]);
        return $"{NumberText.Count(right)} of {NumberText.Count(results.RowCount)} rows right ({NumberText.Percent(right / (double)results.RowCount)})";
    }

    /// <summary>Describes the areas under the curves in words.</summary>
    private static string Areas(ClassificationResults results, Func<RankedScores, double> area, string name)
    {
        var classes = Enumerable.Range(0, results.ClassNames.Count).Where(number => !results.IsBinary || number == 1);
        double[] areas = [.. classes.Select(number => area(RankedScores.Of(results, number))).Where(double.IsFinite)];
        return areas.Length switch
        {
            0 => $"no {name}, because one class is missing",
            1 => $"{name} {NumberText.Value(areas[0])}",
            _ => $"{name} of each class against the rest from {NumberText.Value(areas.Min())} to {NumberText.Value(areas.Max())}",
        };
    }

    /// <summary>The mean distance between predicted and observed shares.</summary>
    private static double CalibrationError(ClassificationResults results) =>
        CalibrationBin.Of(results, CalibrationBins).Where(bin => bin.Count > 0).Sum(bin => bin.Count * Math.Abs(bin.Share - bin.MeanPrediction)) / results.RowCount;

    private static Figure ConfusionFigure(ClassificationResults results, FigureStyle style)
    {
        var theme = style.Theme;
        int classes = results.ClassNames.Count;
        int[,] counts = new int[classes, classes];
        for (int row = 0; row < results.RowCount; row++)
            counts[results.Labels[row], results.PredictedClass(row)]++;

        var panel = new ChartPanel(theme, new NameScale(results.ClassNames), new NameScale(results.ClassNames, downwards: true), "Predicted class", "True class");
        float cell = style.Width * 0.7f / classes;
        for (int actual = 0; actual < classes; actual++)
        {
            int total = results.CountOf(actual);
            for (int predicted = 0; predicted < classes; predicted++)
            {
                int count = counts[actual, predicted];
                double share = total == 0 ? 0 : count / (double)total;
                if (count > 0)
                    panel.Block(predicted - 0.47, predicted + 0.47, actual - 0.47, actual + 0.47, theme.Shade(share, actual == predicted ? 0 : 1));
                string text = NumberText.Count(count);
                float size = Math.Min(FigureStyle.TextSize, cell * 0.45f);
                if (size >= 8 && TextLayout.Width(text, size) < cell * 0.9f && (count > 0 || classes <= 12))
                    panel.Text(text, predicted, actual, count == 0 ? theme.Muted : theme.Ink, size);
                panel.Mark(predicted, actual, $"True: {results.ClassNames[actual]}\nPredicted: {results.ClassNames[predicted]}\n{NumberText.Count(count)} rows, {NumberText.Percent(share)} of the class");
            }
        }

        return new Figure
        {
            Title = "Confusion matrix",
            Subtitle = $"{Right(results)}; strength shows the share of the true class",
            Legend = [new("Right", theme.Series[0], MarkerShape.FilledSquare), new("Wrong", theme.Series[1], MarkerShape.FilledSquare)],
            Panels = [panel],
        };
    }

    private static Figure CurveFigure(
        ClassificationResults results, FigureStyle style, string title, string xTitle, string yTitle, string areaName,
        Func<RankedScores, double> area, Func<RankedScores, List<CurvePoint>> curve, bool isRoc)
    {
        var theme = style.Theme;
        var panel = new ChartPanel(theme, LinearScale.Share(), LinearScale.Share(), xTitle, yTitle);
        int[] shown = results.IsBinary ? [1] : [.. Enumerable.Range(0, results.ClassNames.Count)];
        var ranked = shown.ToDictionary(number => number, number => RankedScores.Of(results, number));
        var areas = shown.ToDictionary(number => number, number => area(ranked[number]));
        bool isCrowded = shown.Length > ColouredClasses;
        int[] coloured = isCrowded ? [.. shown.Where(number => double.IsFinite(areas[number])).OrderBy(number => areas[number]).Take(HighlightedClasses)] : shown;
        if (isRoc)
            panel.Segment(0, 0, 1, 1, theme.Axis, pattern: LinePattern.Dotted);
        else if (results.IsBinary)
            panel.HorizontalRule(results.CountOf(1) / (double)results.RowCount);

        var legend = new List<LegendEntry>();
        foreach (int number in shown.Except(coloured).Concat(coloured).Where(number => double.IsFinite(areas[number])))
        {
            int place = Array.IndexOf(coloured, number);
            var color = place < 0 ? theme.Axis.WithAlpha(0.55) : SeriesLook.Color(theme, place);
            var points = curve(ranked[number]);
            panel.Line([.. points.Select(point => point.X)], [.. points.Select(point => point.Y)], color, place < 0 ? 1 : 2, place < 0 ? null : SeriesLook.Pattern(place));
            string name = results.ClassNames[number];
            if (place < 0)
                continue;
            foreach (int index in Decimation.Spread(points.Count, MaximumMarks / coloured.Length))
            {
                var point = points[index];
                panel.Mark(point.X, point.Y, $"{name}\n{(double.IsFinite(point.Threshold) ? $"Threshold {NumberText.Value(point.Threshold)}" : "Threshold above every score")}\n{(isRoc ? "False positive rate" : "Recall")} {NumberText.Percent(point.X)}\n{(isRoc ? "True positive rate" : "Precision")} {NumberText.Percent(point.Y)}");
            }
        }

        legend.AddRange(coloured.Select((number, place) => new LegendEntry(results.ClassNames[number], SeriesLook.Color(theme, place), Pattern: SeriesLook.Pattern(place))
        {
            Value = double.IsFinite(areas[number]) ? areas[number].ToString("0.000", CultureInfo.InvariantCulture) : "no rows",
        }));
        if (isCrowded)
            legend.Add(new LegendEntry($"{shown.Length - coloured.Length} other classes", theme.Axis));
        else if (results.IsBinary || isRoc)
            legend.Add(new LegendEntry("By chance", theme.Axis, Pattern: LinePattern.Dotted));
        return new Figure
        {
            Title = title,
            Subtitle = isCrowded
                ? $"Each class against the rest; the {coloured.Length} with the smallest {areaName} in colour"
                : results.IsBinary ? $"Of class {results.ClassNames[1]}; the number is the {areaName}" : $"Each class against the rest; numbers are the {areaName}",
            Legend = legend,
            Panels = [panel],
        };
    }

    private static List<CurvePoint> RocCurve(RankedScores ranked)
    {
        var points = ranked.Points().ToList();
        return [new CurvePoint(0, 0, double.PositiveInfinity), .. points.Select(point => new CurvePoint(
            point.FalsePositives / points[^1].FalsePositives, point.TruePositives / points[^1].TruePositives, point.Threshold))];
    }

    private static List<CurvePoint> PrecisionRecallCurve(RankedScores ranked)
    {
        var points = ranked.Points().ToList();
        var curve = points.Select(point => new CurvePoint(
            point.TruePositives / points[^1].TruePositives, point.TruePositives / (point.TruePositives + point.FalsePositives), point.Threshold)).ToList();
        return [curve[0] with { X = 0 }, .. curve];
    }

    private static Figure CalibrationFigure(ClassificationResults results, FigureStyle style)
    {
        var theme = style.Theme;
        bool binary = results.IsBinary;
        var bins = CalibrationBin.Of(results, CalibrationBins);
        var used = bins.Where(bin => bin.Count > 0).ToList();
        string predicted = binary ? $"Predicted probability of {results.ClassNames[1]}" : "Probability of the likeliest class";
        var panel = new ChartPanel(theme, LinearScale.Share(), LinearScale.Share(), predicted, binary ? "Observed share" : "Share predicted right");
        panel.Segment(0, 0, 1, 1, theme.Axis, pattern: LinePattern.Dotted);
        foreach (var bin in used)
            panel.Segment(bin.MeanPrediction, bin.Low, bin.MeanPrediction, bin.High, theme.Series[0], 1.5f);
        panel.Line([.. used.Select(bin => bin.MeanPrediction)], [.. used.Select(bin => bin.Share)], theme.Series[0]);
        panel.Points(used.Select(bin => (bin.MeanPrediction, bin.Share)), theme.Series[0], size: 8);

        var histogram = new ChartPanel(theme, LinearScale.Share(), new LinearScale(0, bins.Max(bin => bin.Count)), predicted, "Rows");
        foreach (var bin in bins)
        {
            histogram.Block(bin.Start + 0.004, bin.End - 0.004, 0, bin.Count, theme.Series[0]);
            if (bin.Count == 0)
                continue;
            string text = $"Probability {NumberText.Percent(bin.Start)} to {NumberText.Percent(bin.End)}\n{NumberText.Count(bin.Count)} rows\nObserved {NumberText.Percent(bin.Share)} ({NumberText.Percent(bin.Low)} to {NumberText.Percent(bin.High)})";
            panel.Mark(bin.MeanPrediction, bin.Share, text);
            histogram.MarkBar((bin.Start + bin.End) / 2, 0, (bin.Start + bin.End) / 2, bin.Count, text);
        }

        return new Figure
        {
            Title = "Calibration",
            Subtitle = "Bars show 95 % confidence intervals (Wilson); on the dotted line, probabilities hold what they promise",
            Panels = [panel, histogram],
            RowShares = [0.68f, 0.32f],
        };
    }
}
