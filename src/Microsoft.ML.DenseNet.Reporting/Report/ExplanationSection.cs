using System.Xml.Linq;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>The page's section about why the model predicts what it predicts.</summary>
internal sealed class ExplanationSection
{
    /// <summary>How many features are shown without opening the rest.</summary>
    private const int Shown = 20;

    private const int InteractingFeatures = 6;
    private const int InteractionRows = 30;

    private readonly ExplainedRows _rows;
    private readonly GlobalExplanation? _explanation;
    private readonly IReadOnlyList<PartialDependence> _dependence;
    private readonly FeatureInteractions? _interactions;
    private readonly bool _hasImportance;

    private ExplanationSection(ExplainedRows rows, TrainingReportOptions options)
    {
        _rows = rows;
        _hasImportance = options.Importance is not null;
        _explanation = rows.Network.Layout.Root.DescendantsAndSelf().Any(node => node.Layer is ModuleLayer) ? null : rows.Explain();
        string[] features = [.. MostImportant(Math.Max(options.ExplainedFeatures, InteractingFeatures))];
        _dependence = [.. features.Take(options.ExplainedFeatures).Select(feature => rows.PartialDependence(feature))];
        if (features.Length > 1 && rows.Count > 1)
            _interactions = rows.Interactions(new InteractionOptions { Features = [.. features.Take(InteractingFeatures)], MaximumRows = InteractionRows });
    }

    /// <summary>Explains the rows that the options ask for; null if they ask for none.</summary>
    /// <param name="found">The model's network.</param>
    /// <param name="scored">The test rows after the model's transforms.</param>
    /// <param name="options">The options.</param>
    public static ExplanationSection? Read(ReportedModel found, IDataView scored, TrainingReportOptions options)
    {
        Guard.InRange(options.ExplainedRows, 0, ExplainedRowsOptions.LargestMaximumRows, nameof(options.ExplainedRows));
        Guard.InRange(options.ExplainedFeatures, 1, TrainingReportOptions.LargestExplainedFeatures, nameof(options.ExplainedFeatures));
        return options.ExplainedRows == 0 ? null : new ExplanationSection(ExplainedRows.Read(found.Network, scored, new ExplainedRowsOptions
        {
            MaximumRows = options.ExplainedRows,
            Seed = options.Seed,
            FeatureColumnName = found.FeatureColumnName,
            ClassNames = options.ClassNames,
            Unit = options.LabelUnit,
        }), options);
    }

    /// <summary>Returns the section's content; nothing without a section.</summary>
    public static object?[] Of(ExplanationSection? section, ReportFigures figures) => section is null ? [] : [.. section.Content(figures)];

    private IEnumerable<object?> Content(ReportFigures figures)
    {
        yield return Html.Element("p", "muted", Introduction());
        if (_explanation is { } explanation)
        {
            yield return figures.Add(explanation.PlotMeanContributions());
            var means = explanation.MeanContributions;
            yield return Html.Details($"Mean contributions of {(means.Count > Shown ? $"the first {Shown} of {NumberText.Count(means.Count)}" : "all")} features", Table(means.Take(Shown)));
            if (means.Count > Shown)
                yield return Html.Details($"Mean contributions of all {NumberText.Count(means.Count)} features", Table(means));
            yield return figures.Add(explanation.PlotSwarm());
        }

        yield return Html.Element("p", null, "Below, the contribution of a feature by its value, and the mean prediction if all rows had that value. Where features depend on each other, such rows may not exist.");
        yield return Html.Element("div", "figures", [.. Dependence(figures)]);
        if (_interactions is { } interactions)
        {
            yield return figures.Add(interactions.PlotInteractions());
            yield return Html.Details("Interactions of pairs", Html.Table("Interactions", ["Features", "Strength", "H"], interactions.Pairs.Select(pair => (IEnumerable<object>)
                [$"{pair.First} × {pair.Second}", NumberText.Value(pair.Strength), NumberText.Value(Math.Round(pair.H, 3))])));
        }

        if (_explanation is not null)
        {
            yield return Html.Element("p", null, $"Three rows: the one with the lowest {Measure}, one in the middle, and the one with the highest.");
            foreach (int row in Extremes(_explanation))
                yield return figures.Add(_explanation.Prediction(row, _explanation.OutputNames[_explanation.DefaultOutput]).PlotContributions());
        }
    }

    private string Measure => _rows.Explained.Describe(ExplainedOutput.Score, _explanation?.DefaultOutput ?? 0);

    private string Introduction()
    {
        string rows = _rows.Count < _rows.DataRowCount ? $"{NumberText.Count(_rows.Count)} of {NumberText.Count(_rows.DataRowCount)} test rows" : $"{NumberText.Count(_rows.Count)} test rows";
        string left = _rows.LeftOutCount == 0 ? "" : $" {NumberText.Count(_rows.LeftOutCount)} more are left out, because the network predicts no finite number for them.";
        string importance = _hasImportance ? " The permutation importance among the results answers another question: how much worse the model is without a feature." : "";
        if (_explanation is null)
            return $"{rows}.{left} The network has a torch module, whose gradient only torch knows: contributions are left out; partial dependence and interactions need predictions alone.{importance}";
        string background = _explanation.HasStoredBackground
            ? $"the {NumberText.Count(_explanation.BackgroundCount)} background rows that the model stores"
            : $"{NumberText.Count(_explanation.BackgroundCount)} of these rows, because the model stores no background rows";
        string name = _explanation.OutputNames[_explanation.DefaultOutput];
        string several = _explanation.OutputNames.Count == 1 ? "" : _rows.Explained.HasQuantiles ? $" Pictures of one quantile are about {name}." : $" Pictures of one class are about {name}, which is predicted most often.";
        return $"{rows}, compared with {background} (expected gradients).{left} A contribution says by how much a feature raises the {Measure} above the mean of the background, or lowers it. It says what the model does, not what causes what.{several}{importance}";
    }

    private IEnumerable<XElement> Dependence(ReportFigures figures)
    {
        foreach (var dependence in _dependence)
        {
            if (_explanation is not null)
                yield return figures.Add(_explanation.Dependence(dependence.Feature.Name).PlotDependence());
            yield return figures.Add(dependence.PlotPartialDependence());
        }
    }

    private IEnumerable<string> MostImportant(int count) => _explanation is null
        ? new JointEffects(_rows.Thinned(InteractionRows), ExplainedOutput.Score).Strongest(count).Select(feature => feature.Name)
        : _explanation.MeanContributions.Where((mean, place) => mean.Total > 0 || place == 0).Take(count).Select(mean => mean.Name);

    private static int[] Extremes(GlobalExplanation explanation)
    {
        int[] sorted = [.. Enumerable.Range(0, explanation.Rows.Count).OrderBy(row => explanation.Score(row, explanation.DefaultOutput))];
        return [.. new[] { sorted[0], sorted[sorted.Length / 2], sorted[^1] }.Distinct()];
    }

    private XElement Table(IEnumerable<MeanContribution> means)
    {
        var names = _explanation!.OutputNames;
        return names.Count == 1
            ? Html.Table("Mean contributions", ["Feature", "Mean absolute contribution"], means.Select(mean => (IEnumerable<object>)[mean.Name, NumberText.Value(mean.Total)]))
            : Html.Table("Mean contributions", ["Feature", "All together", .. names], means.Select(mean => (IEnumerable<object>)[mean.Name, NumberText.Value(mean.Total), .. mean.PerOutput.Select(NumberText.Value)]));
    }
}
