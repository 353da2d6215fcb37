using ScottPlot;
using ScottPlot.TickGenerators;

namespace Microsoft.ML.DenseNet.Benchmarks.Default;

/// <summary>One chart of a <see cref="CostPicture"/>: the trainers as named points on logarithmic axes, and their Pareto front.</summary>
internal sealed class CostPanel : IDisposable
{
    /// <summary>The space that the title of the vertical axis takes.</summary>
    public const int TitleWidth = 24;

    private const int TextSize = 12, Left = 42, Right = 10, Top = 10, Bottom = 50;
    private const string FontName = "DenseNet benchmarks";

    private static readonly Color Ink = Color.FromHex("#1B1F24"), Axis = Color.FromHex("#848D97"), Lines = Color.FromHex("#E2E6EA");
    private static readonly Color Ours = Color.FromHex("#0368CE"), Others = Color.FromHex("#EB6B30"), FrontLine = Color.FromHex("#A9B4BF");

    private readonly Plot _plot = new();
    private readonly IReadOnlyList<CostPoint> _points;
    private readonly (double Low, double High) _times, _errors;
    private readonly bool _hasErrorTitle;

    static CostPanel() => Fonts.AddFontFile(FontName, Path.Combine(AppContext.BaseDirectory, "Inter-Regular.otf"));

    public CostPanel(string timeTitle, IReadOnlyList<CostPoint> points, bool hasErrorTitle)
    {
        (_points, _hasErrorTitle) = (points, hasErrorTitle);
        _times = Range(points.Select(point => point.Time), 1.6);
        _errors = Range(points.Select(point => point.Error), 1.03);
        _plot.Axes.SetLimits(Math.Log10(_times.Low), Math.Log10(_times.High), Math.Log10(_errors.Low), Math.Log10(_errors.High));
        _plot.Axes.Bottom.TickGenerator = Ticks(_times);
        _plot.Axes.Left.TickGenerator = Ticks(_errors);
        _plot.Axes.Bottom.Label.Text = timeTitle;
        _plot.Axes.Left.Label.Text = hasErrorTitle ? "Error, times LightGbm's" : "";
        _plot.HideLegend();
        _plot.Grid.MajorLineColor = Lines;
        foreach (var axis in _plot.Axes.GetAxes().OfType<ScottPlot.AxisPanels.AxisBase>())
        {
            axis.FrameLineStyle.Color = axis.MajorTickStyle.Color = Axis;
            axis.TickLabelStyle.ForeColor = axis.LabelFontColor = Ink;
            axis.TickLabelStyle.FontName = axis.LabelFontName = FontName;
            axis.TickLabelStyle.FontSize = axis.LabelFontSize = TextSize;
            axis.LabelBold = false;
        }

        _plot.Axes.Right.FrameLineStyle.Width = _plot.Axes.Top.FrameLineStyle.Width = 0;
    }

    public void Draw(SkiaSharp.SKCanvas canvas, PixelRect area)
    {
        int left = Left + (_hasErrorTitle ? TitleWidth : 0);
        _plot.Layout.Fixed(new PixelPadding(left, Right, Bottom, Top));
        var labels = new LabelPlacement(area.Width - left - Right, area.Height - Top - Bottom);
        var front = CostPoint.Front(_points);
        AddFront(front, labels);
        var places = _points.Select(point => (X: Part(point.Time, _times) * labels.Width, Y: (1 - Part(point.Error, _errors)) * labels.Height)).ToArray();
        var boxes = labels.Place(places, [.. _points.Select(point => Size(point.Name))]);
        for (int i = 0; i < _points.Count; i++)
            AddPoint(_points[i], boxes[i], labels, front.Contains(_points[i]));
        _plot.RenderManager.ClearCanvasBeforeEachRender = false;
        _plot.Render(canvas, area);
    }

    public void Dispose() => _plot.Dispose();

    /// <summary>The lowest and highest value with space beyond them, LightGbm's 1 among them.</summary>
    private static (double Low, double High) Range(IEnumerable<double> values, double margin)
    {
        double[] all = [.. values, 1];
        double space = Math.Max(margin, Math.Pow(all.Max() / all.Min(), 0.12));
        return (all.Min() / space, all.Max() * space);
    }

    private static double Part(double value, (double Low, double High) range) => Math.Log(value / range.Low) / Math.Log(range.High / range.Low);

    private static NumericManual Ticks((double Low, double High) range)
    {
        var ticks = new NumericManual();
        foreach (var (value, label) in RatioTicks.Between(range.Low, range.High))
            ticks.AddMajor(Math.Log10(value), label);
        return ticks;
    }

    private static (double Width, double Height) Size(string text)
    {
        using var font = new SkiaSharp.SKFont(Fonts.GetTypeface(FontName, FontWeight.Normal, FontSlant.Upright, FontSpacing.Normal), TextSize);
        return (font.MeasureText(text), TextSize);
    }

    /// <summary>A staircase: right of and above it, some trainer is quicker and better.</summary>
    private void AddFront(IReadOnlyList<CostPoint> front, LabelPlacement labels)
    {
        var corners = new List<(double Time, double Error)> { (front[0].Time, _errors.High) };
        foreach (var (previous, next) in front.Zip(front.Skip(1)))
            corners.AddRange([(previous.Time, previous.Error), (next.Time, previous.Error)]);
        corners.AddRange([(front[^1].Time, front[^1].Error), (_times.High, front[^1].Error)]);
        var line = _plot.Add.ScatterLine(corners.Select(corner => new Coordinates(Math.Log10(corner.Time), Math.Log10(corner.Error))).ToArray(), FrontLine);
        line.LineWidth = 2;
        (double X, double Y)[] pixels = [.. corners.Select(corner => (Part(corner.Time, _times) * labels.Width, (1 - Part(corner.Error, _errors)) * labels.Height))];
        foreach (var (from, to) in pixels.Zip(pixels.Skip(1)))
            labels.Avoid(from, to);
    }

    /// <summary>Points off the front are hollow.</summary>
    private void AddPoint(CostPoint point, LabelBox box, LabelPlacement labels, bool isOnFront)
    {
        var color = point.IsOurs ? Ours : Others;
        var marker = _plot.Add.Marker(Math.Log10(point.Time), Math.Log10(point.Error), isOnFront ? MarkerShape.FilledCircle : MarkerShape.OpenCircle, 9, color);
        marker.MarkerLineWidth = 2;
        double x = Math.Log10(_times.Low) + (box.CenterX / labels.Width * Math.Log10(_times.High / _times.Low));
        double y = Math.Log10(_errors.High) - (box.CenterY / labels.Height * Math.Log10(_errors.High / _errors.Low));
        var text = _plot.Add.Text(point.Name, x, y);
        text.LabelFontName = FontName;
        text.LabelFontSize = TextSize;
        text.LabelFontColor = color;
        text.LabelAlignment = Alignment.MiddleCenter;
    }
}
