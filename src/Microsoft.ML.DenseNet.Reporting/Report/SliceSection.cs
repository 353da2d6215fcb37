using System.Globalization;
using System.Xml.Linq;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>The page's section with results slice by slice.</summary>
internal static class SliceSection
{
    /// <summary>How many slices are shown without opening the rest.</summary>
    private const int Shown = 20;

    /// <summary>Evaluates the slices that the options ask for; null if they ask for none.</summary>
    public static SlicedResults? Read(IDataView scored, TrainingReportOptions options)
    {
        Guard.AtLeast(options.MinimumSliceRows, 1, nameof(options.MinimumSliceRows));
        return options.SliceColumns.Count == 0 ? null : SlicedResults.Read(scored, options.SliceColumns, options.LabelColumnName, new SliceOptions
        {
            MetricName = options.SliceMetric,
            MinimumRows = options.MinimumSliceRows,
            ClassNames = options.ClassNames,
            Confidence = options.Confidence,
            Seed = options.Seed,
        });
    }

    /// <summary>Returns the section's content; nothing without slices.</summary>
    public static object?[] Of(SlicedResults? results, ReportFigures figures)
    {
        if (results is null)
            return [];
        string rest = string.Concat(results.LeftOut.Select(slice => $" Of {slice.Column}, {NumberText.Count(slice.ValueCount)} {(slice.ValueCount == 1 ? "value" : "values")} with {NumberText.Count(slice.RowCount)} {(slice.RowCount == 1 ? "row" : "rows")} together {(slice.ValueCount == 1 ? "is" : "are")} left out."));
        var introduction = Html.Element("p", "muted", $"{results.Overall.Name} of all {NumberText.Count(results.RowCount)} test rows is {NumberText.Value(results.Overall.Value)}. A slice has at least {NumberText.Count(results.Options.MinimumRows)} rows; rarer values are pooled.{rest}");
        if (results.Slices.Count == 0)
            return [introduction, Html.Element("p", null, "No slice has enough rows.")];

        int worse = results.Slices.Count(slice => slice.IsWorse), differ = results.Slices.Count(slice => slice.Differs);
        string verdict = worse == 0
            ? "No slice is worse than all rows by more than its interval allows for."
            : $"{worse} of {results.Slices.Count} slices {(worse == 1 ? "is" : "are")} worse than all rows by more than {(worse == 1 ? "its" : "their")} interval allows for.";
        string chance = string.Create(CultureInfo.InvariantCulture, $"With so many comparisons about {Math.Max(results.ExpectedByChance, 0.1):0.#} of the {results.Slices.Count} intervals would exclude the value of all rows by chance alone; {differ} {(differ == 1 ? "does" : "do")}.{(differ == 0 ? "" : " Look at a marked slice again on other rows before acting on it.")}");
        return
        [
            introduction,
            Html.Element("p", null, verdict, " ", chance),
            figures.Add(results.PlotSlices()),
            Table(results, results.Slices.Take(Shown), []),
            Html.Details(
                results.Slices.Count > Shown ? $"All {results.Slices.Count} slices, with all metrics" : "All metrics",
                Table(results, results.Slices, [.. results.Metrics.Select(metric => metric.Name).Where(name => name != results.Overall.Name)])),
        ];
    }

    private static XElement Table(SlicedResults results, IEnumerable<SliceMetrics> slices, string[] others) => Html.Table(
        others.Length == 0 ? "Results of slices" : "All metrics of slices",
        ["Slice", "Rows", results.Overall.Name, $"{NumberText.Percent(results.Options.Confidence)} interval", "Against all rows", .. others],
        slices.Select(slice => (IEnumerable<object>)
        [
            $"{slice.Column}: {slice.Value}",
            NumberText.Count(slice.RowCount),
            Html.Element("strong", null, NumberText.Value(slice.Metric.Value)),
            double.IsNaN(slice.Metric.Low) ? "n/a" : $"{NumberText.Value(slice.Metric.Low)} to {NumberText.Value(slice.Metric.High)}",
            slice.IsWorse ? "worse" : slice.Differs ? "better" : "–",
            .. others.Select(name => NumberText.Value(slice.Metrics.First(metric => metric.Name == name).Value)),
        ]));
}
