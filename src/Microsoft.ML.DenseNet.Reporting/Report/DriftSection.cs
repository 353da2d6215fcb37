using System.Xml.Linq;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>The page's section about how recent rows differ from those of the training.</summary>
internal static class DriftSection
{
    /// <summary>How many features and rows are shown without opening the rest.</summary>
    private const int Shown = 20;

    /// <summary>Compares the recent rows in the options with the training; null if there are none.</summary>
    /// <param name="model">The whole model.</param>
    /// <param name="found">Its network.</param>
    /// <param name="training">The training rows after the model's transforms; null if they are not at hand.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentException">There is nothing to compare with.</exception>
    public static DriftReport? Read(ITransformer model, ReportedModel found, IDataView? training, TrainingReportOptions options)
    {
        if (options.RecentData is not { } recent)
            return null;
        var network = found.Network;
        if (network.Statistics is null && training is null)
            throw new ArgumentException($"{nameof(options.RecentData)} is given, but the model has no statistics of its training rows to compare with: train it with the option {nameof(DenseNetOptions.StoreStatistics)}, or give {nameof(options.TrainingData)}.", nameof(options));
        if (network.Statistics is null)
            network = network.WithStatistics(network.ComputeStatistics(training!, found.FeatureColumnName));
        return network.Check(model.Transform(recent), found.FeatureColumnName);
    }

    /// <summary>Returns the section's content; nothing without recent rows.</summary>
    public static object?[] Of(DriftReport? report, ReportFigures figures)
    {
        if (report is null)
            return [];
        int moderate = report.Features.Count(feature => feature.Level == DriftLevel.Moderate), large = report.Features.Count(feature => feature.Level == DriftLevel.Large);
        string rest = report.UncheckedSlots == 0 ? "" : $" {NumberText.Count(report.UncheckedSlots)} slots have no statistics and were not checked.";
        return
        [
            Html.Element("p", "muted", $"{NumberText.Count(report.RowCount)} recent rows, compared with the training rows. The population stability index is Σ (a − e) ln(a / e) over the bins of a feature, with the shares e in training and a now: from 0.1 a drift counts as moderate, from 0.25 as large, unless chance explains it, because the rows are few.{rest}"),
            Html.Element("p", null, $"{large} of {NumberText.Count(report.Features.Count)} features drifted far and {moderate} moderately. {NumberText.Count(report.FlaggedRowCount)} rows ({NumberText.Percent(report.FlaggedShare)}) have a value outside its training range, one that was never missing, or an unseen category."),
            figures.Add(report.PlotDrift()),
            Table([.. report.Prediction is { } prediction ? [prediction] : Array.Empty<FeatureDrift>(), .. report.Features.Take(Shown)]),
            report.Features.Count > Shown ? Html.Details($"All {NumberText.Count(report.Features.Count)} features", Table(report.Features)) : null,
            report.FlaggedRows.Count == 0 ? null : Html.Details(
                $"The first {Math.Min(Shown, report.FlaggedRows.Count)} of these rows",
                Html.Table("Rows unlike the training", ["Row", "How"], report.FlaggedRows.Take(Shown).Select(row => (IEnumerable<object>)[NumberText.Count(row.Row), string.Join("; ", row.Flags)]), "texts")),
        ];
    }

    private static XElement Table(IReadOnlyList<FeatureDrift> features) => Html.Table(
        "Drift of features",
        ["Feature", "Stability index", "By chance", "Drift", "Missing in training", "Missing now", "Range in training", "Range now", "Outside"],
        features.Select(feature => (IEnumerable<object>)
        [
            feature.Name,
            Html.Element("strong", null, NumberText.Value(Math.Round(feature.StabilityIndex, 3))),
            NumberText.Value(Math.Round(feature.ChanceIndex, 3)),
            feature.Level switch { DriftLevel.Large => "large", DriftLevel.Moderate => "moderate", _ => "–" },
            NumberText.Percent(feature.TrainingMissingShare),
            NumberText.Percent(feature.MissingShare),
            Range(feature.TrainingMinimum, feature.TrainingMaximum, feature.SlotCount),
            Range(feature.Minimum, feature.Maximum, feature.SlotCount),
            NumberText.Percent(feature.OutsideShare),
        ]));

    private static string Range(float minimum, float maximum, int slots) =>
        float.IsNaN(minimum) ? slots > 1 ? $"{NumberText.Count(slots)} categories" : "–" : $"{Text(minimum)} to {Text(maximum)}";

    private static string Text(float value) => float.IsInfinity(value) ? value > 0 ? "∞" : "−∞" : NumberText.Value(value);
}
