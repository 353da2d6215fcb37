using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Pictures of ML.NET's permutation feature importance.</summary>
public static class ImportancePlots
{
    private const int MaximumFeatures = 40;

    /// <summary>Plots how much the area under the ROC curve drops when a feature's values are shuffled.</summary>
    /// <param name="importance">What <c>mlContext.BinaryClassification.PermutationFeatureImportance</c> or its non-calibrated form returned.</param>
    public static Picture PlotImportance(this IEnumerable<KeyValuePair<string, BinaryClassificationMetricsStatistics>> importance) =>
        PlotImportance(ToImportance(importance, statistics => statistics.AreaUnderRocCurve), "Loss of area under the ROC curve");

    /// <summary>Plots how much the accuracy drops when a feature's values are shuffled.</summary>
    /// <param name="importance">What <c>mlContext.MulticlassClassification.PermutationFeatureImportance</c> returned.</param>
    public static Picture PlotImportance(this IEnumerable<KeyValuePair<string, MulticlassClassificationMetricsStatistics>> importance) =>
        PlotImportance(ToImportance(importance, statistics => statistics.MicroAccuracy), "Loss of accuracy");

    /// <summary>Plots how much R² drops when a feature's values are shuffled.</summary>
    /// <param name="importance">What <c>mlContext.Regression.PermutationFeatureImportance</c> returned.</param>
    public static Picture PlotImportance(this IEnumerable<KeyValuePair<string, RegressionMetricsStatistics>> importance) =>
        PlotImportance(ToImportance(importance, statistics => statistics.RSquared), "Loss of R²");

    /// <summary>Plots how much a metric drops when a feature's values are shuffled, the most important features first.</summary>
    /// <param name="importance">The features.</param>
    /// <param name="measure">The name of the metric, with its unit.</param>
    public static Picture PlotImportance(this IEnumerable<FeatureImportance> importance, string measure)
    {
        ArgumentNullException.ThrowIfNull(importance);
        ArgumentNullException.ThrowIfNull(measure);
        var all = importance.OrderByDescending(feature => double.IsFinite(feature.Loss) ? feature.Loss : double.NegativeInfinity).ToList();
        if (all.Count == 0)
            throw new ArgumentException("There are no features.", nameof(importance));
        int shown = Math.Min(all.Count, MaximumFeatures);
        int height = 170 + 18 * shown;
        return new Picture($"Importance of {all.Count} features: {all[0].Name} matters most.", 680, height, style => ImportanceFigure(all, shown, measure, style)) { NarrowHeight = height };
    }

    private static List<FeatureImportance> ToImportance<T>(IEnumerable<KeyValuePair<string, T>> importance, Func<T, MetricStatistics> choose)
    {
        ArgumentNullException.ThrowIfNull(importance);
        return [.. importance.Select(feature =>
        {
            // ML.NET returns the change, which is below 0 for a feature that matters; a single shuffle has no standard error.
            var change = choose(feature.Value);
            return new FeatureImportance(feature.Key, -change.Mean, double.IsFinite(change.StandardError) ? change.StandardError : 0);
        })];
    }

    private static Figure ImportanceFigure(List<FeatureImportance> all, int shown, string measure, FigureStyle style)
    {
        const double Z = 1.959964;
        var theme = style.Theme;
        var features = all.Take(shown).ToList();
        var ends = features.SelectMany(feature => new[] { feature.Loss - Z * feature.StandardError, feature.Loss + Z * feature.StandardError });
        var panel = new ChartPanel(theme, LinearScale.Of(ends, withZero: true), new NameScale([.. features.Select(feature => feature.Name)], downwards: true), measure, "");
        bool hasErrors = features.Any(feature => feature.StandardError > 0);
        for (int i = 0; i < features.Count; i++)
        {
            var (name, loss, error) = features[i];
            if (!double.IsFinite(loss))
                continue;
            panel.Block(0, loss, i - 0.36, i + 0.36, theme.Series[loss >= 0 ? 0 : 1]);
            if (error > 0)
                panel.Segment(loss - Z * error, i, loss + Z * error, i, theme.Ink, 1.5f);
            panel.MarkBar(0, i, loss, i, $"{name}\n{NumberText.Value(loss)}{(error > 0 ? $" ± {NumberText.Value(Z * error)}" : "")}");
        }

        panel.VerticalRule(0);
        return new Figure
        {
            Title = "Feature importance",
            Subtitle = (shown < all.Count ? $"The first {shown} of {NumberText.Count(all.Count)} features; what" : "What") + $" the model loses when a feature is shuffled{(hasErrors ? "; lines are 95 % confidence intervals" : "")}",
            Panels = [panel],
        };
    }
}
