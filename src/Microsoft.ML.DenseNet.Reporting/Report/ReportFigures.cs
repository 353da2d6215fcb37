using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>The pictures of a page: each in a wide and a narrow version, and the values that both show on hover.</summary>
internal sealed class ReportFigures
{
    private const string Wide = "wide";
    private const string Narrow = "narrow";

    private readonly Dictionary<string, object> _data = [];

    /// <summary>The values, for the page's script.</summary>
    public string ToJson() => JsonSerializer.Serialize(_data);

    public XElement Add(Picture picture)
    {
        string id = $"figure{_data.Count + 1}";
        var texts = new Dictionary<string, int>();
        var forms = new Dictionary<string, object>();
        var figure = Html.Element("figure", picture.Width <= 640 ? "half" : null);
        foreach (var (form, rendered) in Forms(picture))
        {
            figure.Add(Html.Element("div", form, rendered.Svg.ToInline(picture.Description, $"{id}{form}")));
            forms[form] = Indexed(rendered.Marks, texts);
        }

        figure.Add(Identity(id, picture));
        forms["texts"] = texts.Keys.ToArray();
        _data[id] = forms;
        return figure;
    }

    /// <summary>Adds the bars of the recorded probabilities, to step through; the page starts, and is printed, with the last step.</summary>
    public XElement AddSteps(ProbabilityRecorder recorder)
    {
        string id = $"figure{_data.Count + 1}";
        var picture = ProbabilityPlots.PlotStage(recorder);
        int[] order = ProbabilityPlots.Order(recorder);
        var forms = new Dictionary<string, object>
        {
            ["moments"] = recorder.Snapshots.Select(snapshot => ProbabilityPlots.Moment(recorder, snapshot)).ToArray(),
            ["frames"] = recorder.Snapshots.Select(snapshot => order.Select(row => Math.Round(snapshot.Probabilities[row], 4)).ToArray()).ToArray(),
            ["rows"] = order.Select(row => $"Row {row + 1}, {recorder.ClassNames[recorder.Labels[row]]}").ToArray(),
        };
        var figure = Html.Element("figure", "steps");
        foreach (var (form, rendered) in Forms(picture))
        {
            var svg = rendered.Svg.ToInline(picture.Description, $"{id}{form}");
            var bars = rendered.Marks;
            float width = bars.Count > 1 ? (bars[1].X - bars[0].X) * 0.8f : 24;
            svg.Add(new XElement("g", bars.Select((bar, place) => Bar(bar, width, recorder.Snapshots[^1].Probabilities[order[place]], recorder.Labels[order[place]]))));
            figure.Add(Html.Element("div", form, svg));
            forms[form] = bars.Select(bar => new[] { Round(bar.X), Round(bar.FromY), Round(bar.Y) }).ToArray();
        }

        int last = recorder.Snapshots.Count - 1;
        figure.Add(Html.Element("div", "controls",
            new XElement("button", new XAttribute("type", "button"), "Play"),
            new XElement("input", new XAttribute("type", "range"), new XAttribute("min", 0), new XAttribute("max", last), new XAttribute("value", last), new XAttribute("aria-label", "Moment of the training"), new XAttribute("aria-valuetext", ProbabilityPlots.Moment(recorder, recorder.Snapshots[^1]))),
            new XElement("output", ProbabilityPlots.Moment(recorder, recorder.Snapshots[^1]))));
        figure.Add(Identity(id, picture));
        _data[id] = forms;
        return figure;
    }

    /// <summary>Makes text about as large on the page as it was designed to be.</summary>
    private static XAttribute[] Identity(string id, Picture picture) =>
        [new("id", id), new("style", string.Create(CultureInfo.InvariantCulture, $"--made-for:{picture.Width}px"))];

    private static XElement Bar(PlacedMark full, float width, double probability, int classNumber)
    {
        double height = (full.FromY - full.Y) * probability;
        int role = Theme.Light.Roles.ToList().IndexOf(SeriesLook.Color(Theme.Light, classNumber));
        return new XElement("rect",
            new XAttribute("class", $"f{role}"),
            new XAttribute("x", Round(full.X - width / 2)),
            new XAttribute("width", Round(width)),
            new XAttribute("y", Round(full.FromY - height)),
            new XAttribute("height", Round(height)));
    }

    private static IEnumerable<(string Form, RenderedFigure Rendered)> Forms(Picture picture)
    {
        yield return (Wide, picture.Render(new PictureOptions()));
        yield return (Narrow, picture.Render(new PictureOptions { Width = Picture.NarrowWidth, Height = picture.NarrowHeight }));
    }

    private static double[][] Indexed(IReadOnlyList<PlacedMark> marks, Dictionary<string, int> texts) => [.. marks.Select(mark =>
    {
        if (!texts.TryGetValue(mark.Text, out int index))
            texts[mark.Text] = index = texts.Count;
        double[] point = [Round(mark.X), Round(mark.Y), index];
        return mark.FromX == mark.X && mark.FromY == mark.Y ? point : [.. point, Round(mark.FromX), Round(mark.FromY)];
    })];

    private static double Round(double value) => double.Parse(value.ToString("0.#", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
