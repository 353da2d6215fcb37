using System.Xml.Linq;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>The page's section about how the model's options were found.</summary>
internal static class TuningSection
{
    /// <summary>How many trials are shown without opening the rest.</summary>
    private const int Shown = 10;

    private const int MostShown = 1000;

    /// <summary>Returns the section's content; nothing without a tuning.</summary>
    public static object?[] Of(DenseNetTuningResult? tuning, ReportFigures figures) => tuning is null ? [] : [.. Content(tuning, figures)];

    private static IEnumerable<object?> Content(DenseNetTuningResult tuning, ReportFigures figures)
    {
        TuningTrial[] ranked = [.. TrialRanking.Of(tuning.Metric, tuning.Trials)];
        string metric = MetricAxis.NameOf(tuning.Metric);
        yield return Html.Element("p", "muted", $"{TuningSummary.Of(tuning)}. {metric} is that of rows that a trial's networks did not see; they decide when a network stops and which trial is best, so it is a little too good. The results on test data above are not.");
        yield return figures.Add(tuning.PlotTrials());
        yield return Table(tuning, ranked.Take(Shown), "Best trials");
        if (ranked.Length > Shown)
            yield return Html.Details(ranked.Length > MostShown ? $"The best {NumberText.Count(MostShown)} of {NumberText.Count(ranked.Length)} trials" : $"All {NumberText.Count(ranked.Length)} trials", Table(tuning, ranked.Take(MostShown), "Trials"));
        if (tuning.ParameterImportances().Count > 0)
            yield return figures.Add(tuning.PlotParameterImportances());
        if (tuning.Space.Parameters.Count > 0)
            yield return figures.Add(tuning.PlotParallelCoordinates());
        yield return figures.Add(tuning.PlotRungs());
        yield return Html.Element("p", null, $"The ensemble averages {tuning.Members.Count} {(tuning.Members.Count == 1 ? "trial" : "trials")}: {metric} {NumberText.Value(tuning.EnsembleMetric)} on the rows that chose {(tuning.Members.Count == 1 ? "it" : "them")}.");
        yield return Html.Table("Members of the ensemble", ["Trial", "Weight", metric], tuning.Members.Select(member => (IEnumerable<object>)[$"{member.Trial.Number}", NumberText.Value(member.Weight), NumberText.Value(member.Trial.Metric)]));
        yield return Html.Element("p", null, "The best options:");
        yield return Html.Element("pre", null, new XAttribute("tabindex", 0), tuning.BestOptionsAsCSharp);
    }

    private static XElement Table(DenseNetTuningResult tuning, IEnumerable<TuningTrial> trials, string name) => Html.Table(
        name,
        ["Trial", MetricAxis.NameOf(tuning.Metric), "State", "Networks", "Seconds", .. tuning.Space.Parameters.Select(parameter => parameter.Name)],
        trials.Select(trial => (IEnumerable<object>)
        [
            $"{trial.Number}{(trial == tuning.Best ? ", best" : trial.Number == 0 ? ", without tuning" : "")}",
            Html.Element("strong", null, NumberText.Value(trial.Metric)),
            trial.State.ToString().ToLowerInvariant(),
            NumberText.Count(trial.Networks),
            NumberText.Value(trial.Seconds),
            .. tuning.Space.Parameters.Select(parameter => TuningAxis.TextOf(trial.Values.ByName.GetValueOrDefault(parameter.Name))),
        ]));
}
