namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Pictures of how a regression model performs on rows it was not trained on.</summary>
public static class RegressionPlots
{
    private const int MaximumPoints = 800;

    /// <summary>Plots predictions against true values, and the residuals: the errors against the predictions.</summary>
    /// <param name="results">The results.</param>
    /// <param name="label">What is predicted, for the axes.</param>
    /// <param name="unit">Its unit; null for none.</param>
    public static Picture PlotResiduals(this RegressionResults results, string label = "value", string? unit = null)
    {
        ArgumentNullException.ThrowIfNull(results);
        ArgumentNullException.ThrowIfNull(label);
        double error = Math.Sqrt(results.Labels.Zip(results.Predictions, (actual, predicted) => ((double)actual - predicted) * ((double)actual - predicted)).Average());
        string description = $"Predicted by true values, and residuals, on {NumberText.Count(results.RowCount)} rows; the root mean squared error is {NumberText.Value(error)}{(unit is null ? "" : $" {unit}")}.";
        return new Picture(description, 760, 420, style => Residuals(results, label, unit is null ? "" : $" ({unit})", style)) { NarrowHeight = 560 };
    }

    /// <inheritdoc cref="PlotResiduals(RegressionResults, string, string)" path="/*[not(self::param)]"/>
    /// <param name="scored">What the model's <c>Transform</c> returned for the test data.</param>
    /// <param name="labelColumnName">The label column.</param>
    /// <param name="unit">The label's unit; null for none.</param>
    public static Picture PlotResiduals(this IDataView scored, string labelColumnName = "Label", string? unit = null) => 
        PlotResiduals(RegressionResults.Read(scored, labelColumnName), NameOf(labelColumnName), unit);

    /// <summary>A label column's name for display; ML.NET's default name says nothing.</summary>
    internal static string NameOf(string labelColumnName) => labelColumnName == "Label" ? "value" : labelColumnName;

    private static Figure Residuals(RegressionResults results, string label, string unit, FigureStyle style)
    {
        var theme = style.Theme;
        int[] rows = [.. Decimation.Spread(results.RowCount, MaximumPoints)];
        double[] labels = [.. rows.Select(row => (double)results.Labels[row])];
        double[] predictions = [.. rows.Select(row => (double)results.Predictions[row])];
        double[] residuals = [.. rows.Select((_, i) => labels[i] - predictions[i])];
        var color = theme.Series[0].WithAlpha(rows.Length > 200 ? 0.5 : 0.8);

        var both = LinearScale.Of([.. labels, .. predictions]);
        var fit = new ChartPanel(theme, both, both, $"True {label}{unit}", $"Predicted {label}{unit}") { Title = "Predicted by true value" };
        fit.Segment(both.Start, both.Start, both.End, both.End, theme.Axis, pattern: ScottPlot.LinePattern.Dotted);
        var rest = new ChartPanel(theme, LinearScale.Of(predictions), LinearScale.Of(residuals, withZero: true), $"Predicted {label}{unit}", $"Residual, true - predicted{unit}") { Title = "Residual by predicted value" };
        rest.HorizontalRule(0);
        fit.Points(labels.Zip(predictions), color);
        rest.Points(predictions.Zip(residuals), color);
        for (int i = 0; i < rows.Length; i++)
        {
            string text = $"Row {NumberText.Count(rows[i] + 1)}\nTrue {NumberText.Value(labels[i])}\nPredicted {NumberText.Value(predictions[i])}\nResidual {NumberText.Value(residuals[i])}";
            fit.Mark(labels[i], predictions[i], text);
            rest.Mark(predictions[i], residuals[i], text);
        }

        string shown = rows.Length < results.RowCount ? $"{NumberText.Count(rows.Length)} of {NumberText.Count(results.RowCount)} rows" : $"{NumberText.Count(rows.Length)} rows";
        return new Figure
        {
            Title = "Residuals",
            Subtitle = $"{shown}; on the dotted lines, predictions are exact",
            Panels = [fit, rest],
            Columns = style.IsNarrow ? 1 : 2,
        };
    }
}
