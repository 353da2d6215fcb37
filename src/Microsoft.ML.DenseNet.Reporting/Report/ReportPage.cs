using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Puts the page together, section by section.</summary>
internal sealed class ReportPage
{
    // Placeholders for text that XML would escape.
    private const string StylePlace = "@style@";
    private const string DataPlace = "@data@";
    private const string ScriptPlace = "@script@";

    private readonly TrainingReportOptions _options;
    private readonly ReportedModel _model;
    private readonly ReportFigures _figures = new();
    private readonly DatasetSummary _test;
    private readonly DatasetSummary? _training;
    private readonly IDataView _shownData;
    private readonly ClassificationResults? _classes;
    private readonly RegressionResults? _values;
    private readonly IReadOnlyList<MetricEstimate> _metrics;
    private readonly SlicedResults? _slices;
    private readonly DriftReport? _drift;
    private readonly ExplanationSection? _explanations;

    public ReportPage(ITransformer model, IDataView testData, TrainingReportOptions options)
    {
        _options = options;
        _model = ReportedModel.Find(model);
        var scored = model.Transform(testData);
        _test = DatasetSummary.Read(scored, options.LabelColumnName, _model.FeatureColumnName).Named(options.ClassNames);
        _shownData = scored;
        if (options.TrainingData is { } trainingData)
        {
            _shownData = model.Transform(trainingData);
            _training = DatasetSummary.Read(_shownData, options.LabelColumnName, _model.FeatureColumnName).Named(options.ClassNames);
        }

        if (_model.Transformer is DenseNetRegressionTransformer)
        {
            _values = RegressionResults.Read(scored, options.LabelColumnName);
            _metrics = _values.Evaluate(options.Confidence, options.Seed);
        }
        else
        {
            _classes = ClassificationResults.Read(scored, options.LabelColumnName, options.ClassNames);
            _metrics = _classes.Evaluate(options.Confidence, options.Seed);
        }

        _slices = SliceSection.Read(scored, options);
        _drift = DriftSection.Read(model, _model, _training is null ? null : _shownData, options);
        _explanations = ExplanationSection.Read(_model, scored, options);
    }

    private TrainingHistory History => _model.Network.History;

    private string ConfidenceText => NumberText.Percent(_options.Confidence);

    public string ToHtml()
    {
        (string Id, string Title, object?[] Content)[] sections =
        [
            ("results", "Results on test data", Results()),
            ("explanations", "Explanations", ExplanationSection.Of(_explanations, _figures)),
            ("slices", "Slices", SliceSection.Of(_slices, _figures)),
            ("drift", "Drift", DriftSection.Of(_drift, _figures)),
            ("training", "Training", Training()),
            ("tuning", "Tuning", TuningSection.Of(_options.Tuning, _figures)),
            ("network", "Network", Network()),
            ("data", "Data", Data()),
            ("options", "Options", Options()),
            ("model", "Load the model", LoadModel()),
            ("versions", "Versions", Versions()),
        ];
        sections = [.. sections.Where(section => section.Content.Length > 0)];

        var page = Html.Element("html", null,
            new XAttribute("lang", "en"),
            Html.Element("head", null,
                new XElement("meta", new XAttribute("charset", "utf-8")),
                new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),
                new XElement("meta", new XAttribute("http-equiv", "Content-Security-Policy"), new XAttribute("content", "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:")),
                new XElement("link", new XAttribute("rel", "icon"), new XAttribute("href", "data:,")),
                Html.Element("title", null, _options.Title),
                new XElement("style", StylePlace)),
            Html.Element("body", null,
                Html.Element("header", null,
                    Html.Element("h1", null, _options.Title),
                    Html.Element("p", "muted", $"{_model.Task} · {DateTime.UtcNow.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture)} UTC"),
                    _options.Description.Length > 0 ? Html.Element("p", null, _options.Description) : null,
                    Tiles(),
                    Html.Element("nav", null, new XAttribute("aria-label", "Sections"), Html.Element("ul", null, [.. sections.Select(section => Html.Element("li", null, new XElement("a", new XAttribute("href", $"#{section.Id}"), section.Title)))]))),
                Html.Element("main", null, [.. sections.Select(section => Html.Element("section", null, [new XAttribute("id", section.Id), Html.Element("h2", null, section.Title), .. section.Content]))]),
                Html.Element("footer", null, "Written by Microsoft.ML.DenseNet.Reporting."),
                new XElement("script", new XAttribute("type", "application/json"), new XAttribute("id", "figure-data"), DataPlace),
                new XElement("script", ScriptPlace)));

        Html.MakePrintable(page);
        return new StringBuilder("<!DOCTYPE html>\n")
            .Append(page.ToString(SaveOptions.DisableFormatting))
            .Replace(StylePlace, Style())
            .Replace(DataPlace, _figures.ToJson())
            .Replace(ScriptPlace, $"//<![CDATA[\n{Resource("report.js")}//]]>")
            .ToString();
    }

    private XElement Tiles()
    {
        var tiles = _metrics.Take(_classes is null ? 3 : _classes.IsBinary ? 3 : 2)
            .Select(metric => (metric.Name, Value: NumberText.Value(metric.Value), Note: double.IsNaN(metric.Low) ? "" : $"{NumberText.Value(metric.Low)} to {NumberText.Value(metric.High)}"))
            .Append(("Test rows", NumberText.Count(_test.RowCount), _training is null ? "" : $"{NumberText.Count(_training.RowCount)} training rows"))
            .Append(("Parameters", NumberText.Count(_model.Network.Layout.ParameterCount), $"{NumberText.Count(_model.Network.Layout.InputWidth)} features"))
            .Append(("Epochs", NumberText.Count(History.Count), History.Networks > 1 ? $"mean of {History.Networks} networks" : History.BestEpoch > 0 && History.BestEpoch < History.Count ? $"weights of epoch {NumberText.Count(History.BestEpoch)}" : History.BestEpoch == 0 && History.Count > 0 ? "weights of the start" : ""));
        return Html.Element("dl", "tiles", [.. tiles.Select(tile => Html.Element("div", null,
            Html.Element("dt", null, tile.Item1),
            Html.Element("dd", null, tile.Item2, tile.Item3.Length == 0 ? null : Html.Element("small", null, tile.Item3))))]);
    }

    private object?[] Results()
    {
        var content = new List<object?>
        {
            Html.Element("p", "muted", $"Intervals hold the true value with a confidence of {ConfidenceText}: percentiles of {NumberText.Count(Bootstrap.Resamples((int)_test.RowCount, _classes?.ClassNames.Count ?? 1))} draws of the {NumberText.Count(_test.RowCount)} test rows with replacement (bootstrap). Where all draws agree, shares of rows have Wilson's interval, other measures none. The baseline is what a model gets that ignores the features."),
            Html.Table("Measures", ["Measure", "Value", $"{ConfidenceText} interval", "Baseline", "Better"], _metrics.Select(MetricRow), "measures"),
        };
        if (_classes is { } classes)
        {
            var tables = ClassTable(classes);
            content.Add(classes.ClassNames.Count > 12 ? Html.Details($"Class by class ({classes.ClassNames.Count})", tables) : tables);
            content.Add(Html.Element("div", "figures", [_figures.Add(classes.PlotConfusion()), _figures.Add(classes.PlotRoc()), _figures.Add(classes.PlotPrecisionRecall()), _figures.Add(classes.PlotCalibration())]));
            if (Boundary() is { } boundary)
                content.Add(_figures.Add(boundary));
        }

        if (_values is { } values)
            content.Add(_figures.Add(values.PlotResiduals(RegressionPlots.NameOf(_options.LabelColumnName), _options.LabelUnit)));
        if (_options.Importance is { } importance)
            content.Add(_figures.Add(importance));
        return [.. content];
    }

    private object[] MetricRow(MetricEstimate metric)
    {
        bool isShare = metric.HigherIsBetter == true && metric.Low >= 0 && metric.High <= 1;
        string interval = double.IsNaN(metric.Low) ? "n/a" : $"{NumberText.Value(metric.Low)} to {NumberText.Value(metric.High)}";
        return
        [
            _values is not null && _options.LabelUnit is { } unit && metric.Name != "R²" ? $"{metric.Name}, {unit}" : metric.Name,
            Html.Element("strong", null, NumberText.Value(metric.Value)),
            isShare ? Html.Element("span", null, interval, Interval(metric)) : interval,
            metric.Baseline is { } baseline ? NumberText.Value(baseline) : "–",
            metric.HigherIsBetter switch { true => "higher", false => "lower", null => "near 0" },
        ];
    }

    /// <summary>Draws the interval on a line from 0 to 1, and the baseline.</summary>
    private static XElement Interval(MetricEstimate metric)
    {
        var range = Html.Element("span", "range", new XAttribute("aria-hidden", "true"),
            new XElement("i", new XAttribute("style", string.Create(CultureInfo.InvariantCulture, $"left:{100 * metric.Low:0.#}%;width:{100 * (metric.High - metric.Low):0.#}%")), ""));
        if (metric.Baseline is { } baseline)
            range.Add(new XElement("b", new XAttribute("style", string.Create(CultureInfo.InvariantCulture, $"left:{100 * baseline:0.#}%")), ""));
        return range;
    }

    private static XElement ClassTable(ClassificationResults results)
    {
        int classes = results.ClassNames.Count;
        int[] predicted = new int[classes], right = new int[classes];
        for (int row = 0; row < results.RowCount; row++)
        {
            predicted[results.PredictedClass(row)]++;
            if (results.PredictedClass(row) == results.Labels[row])
                right[results.Labels[row]]++;
        }

        return Html.Table("Precision and recall of each class", ["Class", "Rows", "Predicted", "Precision", "Recall"], Enumerable.Range(0, classes).Select(number => (IEnumerable<object>)
        [
            results.ClassNames[number],
            NumberText.Count(results.CountOf(number)),
            NumberText.Count(predicted[number]),
            NumberText.Percent(right[number] / (double)predicted[number]),
            NumberText.Percent(right[number] / (double)results.CountOf(number)),
        ]));
    }

    private Picture? Boundary()
    {
        if (_model.Network.Layout.InputWidth != 2)
            return null;
        return _model.Transformer switch
        {
            DenseNetBinaryTransformer binary => binary.Model.PlotDecisionBoundary(_shownData, _options.LabelColumnName, _model.FeatureColumnName, _options.ClassNames),
            DenseNetMulticlassTransformer multiclass => multiclass.Model.PlotDecisionBoundary(_shownData, _options.LabelColumnName, _model.FeatureColumnName, _options.ClassNames),
            _ => null,
        };
    }

    private object?[] Training()
    {
        if (History.Count == 0)
            return [Html.Element("p", "muted", "The model holds no history of its training.")];
        var content = new List<object?> { _figures.Add(History.PlotLoss(unit: LossUnit())) };
        if (_options.Comparison.Count > 0)
            content.Add(_figures.Add(HistoryPlots.Compare(_options.Comparison)));
        if (_options.Probabilities is { Snapshots.Count: > 0 } recorder)
        {
            content.Add(_figures.AddSteps(recorder));
            content.Add(_figures.Add(recorder.PlotProbabilityEvolution()));
            content.Add(_figures.Add(recorder.PlotProbabilities()));
        }

        if (History.Select(record => record.LearningRate).Distinct().Skip(1).Any())
            content.Add(_figures.Add(History.PlotLearningRate()));
        int[] shown = [.. Decimation.Spread(History.Count, 100)];
        content.Add(Html.Details(shown.Length < History.Count ? $"Losses of {shown.Length} of {NumberText.Count(History.Count)} epochs" : "Losses epoch by epoch", Html.Table(
            "Losses by epoch",
            ["Epoch", "Training loss", "Validation loss", "Learning rate", "Seconds"],
            shown.Select(index => History[index]).Select(record => (IEnumerable<object>)
            [
                NumberText.Count(record.Epoch),
                NumberText.Value(record.TrainingLoss),
                record.ValidationLoss is { } loss ? NumberText.Value(loss) : "–",
                NumberText.Value(record.LearningRate),
                NumberText.Value(record.Seconds),
            ]))));
        return [.. content];
    }

    /// <summary>The unit of the trainer's default loss; null if the options name another one or are not known.</summary>
    private string? LossUnit() => _options.TrainerOptions switch
    {
        null or { Loss: not null } => null,
        DenseNetRegressionTrainer.Options { StandardizeTarget: true } => "squared deviations of the label",
        DenseNetRegressionTrainer.Options => _options.LabelUnit is { } unit ? $"squared {unit}" : "squared error",
        _ => "nats",
    };

    private object?[] Network()
    {
        var layout = _model.Network.Layout;
        return
        [
            _figures.Add(_model.Network.PlotArchitecture()),
            Html.Details("As text", Html.Element("pre", null, new XAttribute("tabindex", 0), layout.ToString() + "\n\n" + layout.Summary())),
        ];
    }

    private object?[] Data()
    {
        var shown = _training ?? _test;
        var content = new List<object?>
        {
            Html.Element("p", "muted", _training is null
                ? $"{NumberText.Count(_test.RowCount)} test rows, {NumberText.Count(shown.Features.Count)} features, after the model's transforms."
                : $"{NumberText.Count(_training.RowCount)} training rows and {NumberText.Count(_test.RowCount)} test rows, {NumberText.Count(shown.Features.Count)} features, after the model's transforms. Pictures and tables below are of the training rows."),
        };
        if (shown.ClassNames.Count > 0)
        {
            var classes = Html.Table("Rows of each class", ["Class", "Rows", "Share"], shown.ClassNames.Select((name, index) => (IEnumerable<object>)[name, NumberText.Count(shown.ClassCounts[index]), NumberText.Percent(shown.ClassCounts[index] / (double)shown.RowCount)]));
            content.Add(shown.ClassNames.Count > 12 ? Html.Details($"Rows of each of the {shown.ClassNames.Count} classes", classes) : classes);
        }

        content.Add(_figures.Add(DatasetPlots.PlotDataset(shown)));
        var features = shown.Label is { } label ? shown.Features.Prepend(label) : shown.Features;
        content.Add(Html.Details(shown.Label is null ? "Features" : "Label and features", Html.Table(
            "Features",
            ["Feature", "Lowest", "Mean", "Deviation", "Highest", "Missing"],
            features.Select(feature => (IEnumerable<object>)[feature.Name, NumberText.Value(feature.Minimum), NumberText.Value(feature.Mean), NumberText.Value(feature.Deviation), NumberText.Value(feature.Maximum), NumberText.Count(feature.Missing)]))));
        return [.. content];
    }

    private object?[] Options()
    {
        if (_options.TrainerOptions is not { } options)
            return [];
        var all = OptionList.Of(options).ToLookup(option => option.IsDefault);
        return
        [
            all[false].Any() ? Table("Options that were set", all[false]) : Html.Element("p", null, "All options are at their defaults."),
            Html.Details("Options at their defaults", Table("Options at their defaults", all[true])),
        ];

        static XElement Table(string name, IEnumerable<(string Name, string Value, bool IsDefault)> options) =>
            Html.Table(name, ["Option", "Value"], options.Select(option => (IEnumerable<object>)[option.Name, option.Value]), "texts");
    }

    private object?[] LoadModel()
    {
        string[] modules = [.. _model.Network.Layout.Root.DescendantsAndSelf().Select(node => node.Layer).OfType<ModuleLayer>().Select(module => module.Name).Distinct()];
        string registration = string.Concat(modules.Select(name => $"DenseNetModules.Register({Literal(name)}, inputs => /* the module that it was trained with */);\n"));
        return
        [
            Html.Element("p", null, modules.Length == 0
                ? "With the packages Microsoft.ML and Microsoft.ML.DenseNet; predictions need no libtorch."
                : "With the packages Microsoft.ML and Microsoft.ML.DenseNet, and libtorch: the network has a torch module of its own, which must be registered before the model is loaded and which torch computes in predictions too."),
            Html.Element("pre", null, new XAttribute("tabindex", 0), $"""
                using Microsoft.ML;
                {(modules.Length == 0 ? "" : "using Microsoft.ML.DenseNet;\n")}
                {registration}var mlContext = new MLContext();
                ITransformer model = mlContext.Model.Load({Literal(_options.ModelFileName)}, out DataViewSchema inputSchema);
                IDataView predictions = model.Transform(newData);
                """),
        ];
    }

    private static object?[] Versions() => [Html.Table("Versions", ["Component", "Version"], VersionList.Read().Select(entry => (IEnumerable<object>)[entry.Name, entry.Version]), "texts")];

    private static string Literal(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string Style()
    {
        var style = new StringBuilder();
        style.Append(":root{").Append(Variables(Theme.Light)).Append("}\n@media screen and (prefers-color-scheme:dark){:root{").Append(Variables(Theme.Dark)).Append("}}\n");
        for (int role = 0; role < Theme.Light.Roles.Count; role++)
            style.Append(CultureInfo.InvariantCulture, $".f{role}{{fill:var(--c{role})}}.k{role}{{stroke:var(--c{role})}}");
        return style.Append('\n').Append(Resource("report.css")).ToString();
    }

    private static string Variables(Theme theme) => string.Concat(theme.Roles.Select((color, role) => $"--c{role}:{color.ToHex()};"));

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(ReportPage).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
