using ScottPlot;
using ScottPlot.Rendering.RenderActions;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>A panel with two axes, drawn by ScottPlot.</summary>
internal sealed class ChartPanel : Panel
{
    private const float TickText = FigureStyle.SmallTextSize;

    private readonly Plot _plot = new();
    private readonly Theme _theme;
    private readonly AxisScale _x;
    private readonly AxisScale _y;
    private readonly string _xTitle;
    private readonly string _yTitle;
    private readonly List<HoverMark> _marks = [];

    /// <param name="theme">The colours.</param>
    /// <param name="x">The horizontal axis.</param>
    /// <param name="y">The vertical axis.</param>
    /// <param name="xTitle">What the horizontal axis shows, with its unit; empty for no title.</param>
    /// <param name="yTitle">What the vertical axis shows, with its unit; empty for no title.</param>
    public ChartPanel(Theme theme, AxisScale x, AxisScale y, string xTitle, string yTitle)
    {
        (_theme, _x, _y, _xTitle, _yTitle) = (theme, x, y, xTitle, yTitle);
        _plot.FigureBackground.Color = Colors.Transparent;
        _plot.DataBackground.Color = Colors.Transparent;
        _plot.RenderManager.ClearCanvasBeforeEachRender = false;
        _plot.RenderManager.Remove<RenderFigureBackground>();
        _plot.RenderManager.Remove<RenderDataBackground>();
        _plot.HideLegend();
        _plot.Grid.MajorLineColor = theme.Grid;
        _plot.Grid.XAxisStyle.IsVisible = x is not NameScale;
        _plot.Grid.YAxisStyle.IsVisible = y is not NameScale;
        foreach (var axis in _plot.Axes.GetAxes().OfType<ScottPlot.AxisPanels.AxisBase>())
        {
            axis.Color(theme.Axis);
            axis.LabelStyle.FontSize = FigureStyle.TextSize;
            axis.LabelStyle.Bold = false;
            axis.LabelStyle.ForeColor = theme.Muted;
            axis.TickLabelStyle.FontSize = TickText;
            axis.TickLabelStyle.ForeColor = theme.Muted;
        }

        _plot.Axes.Right.FrameLineStyle.Width = 0;
        _plot.Axes.Top.FrameLineStyle.Width = 0;
        _plot.Axes.SetLimits(x.Start, x.End, y.Start, y.End);
    }

    /// <summary>
    /// In a grid of panels that share axes: whether this one has the labels, in the room that the figure leaves for them at its edge.
    /// Null for a panel by itself, which takes what room its labels need.
    /// </summary>
    public (bool Left, bool Bottom)? SharedAxes { get; init; }

    /// <summary>Joins points by a line; a single one is drawn as a dot.</summary>
    public void Line(IReadOnlyList<double> xs, IReadOnlyList<double> ys, Color color, float width = 2, LinePattern? pattern = null)
    {
        var points = Enumerable.Range(0, xs.Count).Select(i => Place(xs[i], ys[i])).Where(IsFinite).ToArray();
        if (points.Length == 1)
        {
            _plot.Add.Marker(points[0], MarkerShape.FilledCircle, 7, color);
            return;
        }

        var line = _plot.Add.ScatterLine(Decimation.Thin(points, _x.End - _x.Start, _y.End - _y.Start), color);
        line.LineWidth = width;
        line.LinePattern = pattern ?? LinePattern.Solid;
        _plot.Add.Plottable(new CleanPaint());
    }

    /// <summary>A straight line between two points.</summary>
    public void Segment(double x1, double y1, double x2, double y2, Color color, float width = 1, LinePattern? pattern = null) =>
        Segment(Place(x1, y1), Place(x2, y2), color, width, pattern ?? LinePattern.Solid);

    /// <summary>A thin dotted line across the panel.</summary>
    public void VerticalRule(double x) =>
        Segment(new Coordinates(_x.Place(x), _y.Start), new Coordinates(_x.Place(x), _y.End), _theme.Axis, 1, LinePattern.Dotted);

    /// <inheritdoc cref="VerticalRule"/>
    public void HorizontalRule(double y) =>
        Segment(new Coordinates(_x.Start, _y.Place(y)), new Coordinates(_x.End, _y.Place(y)), _theme.Axis, 1, LinePattern.Dotted);

    public void Points(IEnumerable<(double X, double Y)> points, Color color, MarkerShape shape = MarkerShape.FilledCircle, float size = 6)
    {
        var placed = points.Select(point => Place(point.X, point.Y)).Where(IsFinite).ToArray();
        if (placed.Length > 0)
            _plot.Add.Markers(placed, shape, size, color);
    }

    /// <summary>A filled rectangle; corners may come in any order.</summary>
    public void Block(double x1, double x2, double y1, double y2, Color color)
    {
        var (a, b) = (Place(x1, y1), Place(x2, y2));
        var block = _plot.Add.Rectangle(Math.Min(a.X, b.X), Math.Max(a.X, b.X), Math.Min(a.Y, b.Y), Math.Max(a.Y, b.Y));
        block.FillColor = color;
        block.FillStyle.AntiAlias = false;
        block.LineWidth = 0;
    }

    /// <summary>The area between two lines.</summary>
    public void Band(IReadOnlyList<double> xs, IReadOnlyList<double> low, IReadOnlyList<double> high, Color color)
    {
        if (xs.Count < 2)
            return;
        var lower = Enumerable.Range(0, xs.Count).Select(i => Place(xs[i], low[i]));
        var upper = Enumerable.Range(0, xs.Count).Reverse().Select(i => Place(xs[i], high[i]));
        var band = _plot.Add.Polygon([.. lower, .. upper]);
        band.FillColor = color;
        band.LineWidth = 0;
    }

    public void Text(string text, double x, double y, Color color, float size = TickText, Alignment alignment = Alignment.MiddleCenter)
    {
        var label = _plot.Add.Text(text, Place(x, y));
        label.LabelFontName = EmbeddedFont.NameFor(text);
        label.LabelFontSize = size;
        label.LabelFontColor = color;
        label.LabelAlignment = alignment;
    }

    /// <summary>Adds a value that the report shows when the pointer is near.</summary>
    public void Mark(double x, double y, string text)
    {
        if (double.IsFinite(x) && double.IsFinite(y))
            _marks.Add(new HoverMark(x, y, text, x, y));
    }

    /// <summary>Adds a value that the report shows when the pointer is on or near its bar.</summary>
    public void MarkBar(double fromX, double fromY, double x, double y, string text)
    {
        if (double.IsFinite(x) && double.IsFinite(y))
            _marks.Add(new HoverMark(x, y, text, fromX, fromY));
    }

    public override IEnumerable<PlacedMark> Draw(SKCanvas canvas, PixelRect area)
    {
        SetHorizontalAxis(area);
        SetVerticalAxis(area);
        if (SharedAxes is { } labels)
            ShareAxes(labels.Left, labels.Bottom);

        // ScottPlot draws again whenever limits changed since its last drawing: the first, elsewhere, settles them.
        using (var nowhere = new SKNoDrawCanvas((int)area.Right + 1, (int)area.Bottom + 1))
            _plot.Render(nowhere, area);
        _plot.Render(canvas, area);
        return _marks.Select(mark =>
        {
            var pixel = _plot.GetPixel(Place(mark.X, mark.Y));
            var from = _plot.GetPixel(Place(mark.FromX, mark.FromY));
            return new PlacedMark(pixel.X, pixel.Y, mark.Text, from.X, from.Y);
        });
    }

    public override void Dispose() => _plot.Dispose();

    private void SetHorizontalAxis(PixelRect area)
    {
        var axis = (ScottPlot.AxisPanels.AxisBase)_plot.Axes.Bottom;
        float height = TextLayout.LineHeight(TickText);
        float room = area.Width * 0.85f;
        var ticks = _x.HasNames ? _x.Ticks((int)(room / height)) : SpacedTicks(room);
        float slot = room / Math.Max(1, ticks.Count);
        float longest = ticks.Select(tick => TextLayout.Width(tick.Label, TickText)).DefaultIfEmpty(0).Max();
        float overhang = longest / 2;
        if (_x.HasNames && longest > slot - 6)
        {
            float maximum = Math.Min(area.Height * 0.3f, 130);
            ticks = [.. ticks.Select(tick => (tick.Place, TextLayout.Fit(tick.Label, TickText, maximum)))];
            axis.TickLabelStyle.Rotation = -90;
            axis.TickLabelStyle.Alignment = Alignment.MiddleRight;
            axis.MinimumSize = Math.Min(longest, maximum) + 12 + (_xTitle.Length > 0 ? TextLayout.LineHeight(FigureStyle.TextSize) + 8 : 0);
            overhang = height / 2;
        }

        SetAxis(axis, ticks, _xTitle, SharedAxes is { } labels ? area.Width - (labels.Left ? Figure.AxisRoomLeft : 0) : area.Width * 0.8f);
        ((ScottPlot.AxisPanels.AxisBase)_plot.Axes.Right).MinimumSize = Math.Max(6, ticks.Count == 0 || _x.HasNames ? 6 : overhang + 2);
    }

    private void ShareAxes(bool hasLeft, bool hasBottom)
    {
        _plot.Axes.Left.TickLabelStyle.IsVisible = hasLeft;
        _plot.Axes.Bottom.TickLabelStyle.IsVisible = hasBottom;
        _plot.Layout.Fixed(new PixelPadding(hasLeft ? Figure.AxisRoomLeft : 2, 2, hasBottom ? Figure.AxisRoomBottom : 2, 2));
    }

    /// <summary>Number ticks, as many as fit side by side.</summary>
    private IReadOnlyList<(double Place, string Label)> SpacedTicks(float room)
    {
        for (int count = 9; count > 2; count--)
        {
            var ticks = _x.Ticks(count);
            float widest = ticks.Select(tick => TextLayout.Width(tick.Label, TickText)).DefaultIfEmpty(0).Max();
            if (ticks.Count * (widest + 14) <= room)
                return ticks;
        }

        return _x.Ticks(2);
    }

    private void SetVerticalAxis(PixelRect area)
    {
        var axis = (ScottPlot.AxisPanels.AxisBase)_plot.Axes.Left;
        float line = TextLayout.LineHeight(TickText);
        int count = (int)(area.Height * 0.8f / (_y.HasNames ? line : 2.2f * line));
        float maximum = area.Width * 0.34f;
        var ticks = _y.Ticks(_y.HasNames ? count : Math.Clamp(count, 2, 8)).Select(tick => (tick.Place, TextLayout.Fit(tick.Label, TickText, maximum)));
        SetAxis(axis, [.. ticks], _yTitle, SharedAxes is { } labels ? area.Height - (labels.Bottom ? Figure.AxisRoomBottom : 0) : area.Height * 0.75f);
        axis.PaddingBetweenTickAndAxisLabels = new PixelPadding(8, 6);
        ((ScottPlot.AxisPanels.AxisBase)_plot.Axes.Top).MinimumSize = line / 2 + 2;
    }

    private void SetAxis(ScottPlot.AxisPanels.AxisBase axis, IReadOnlyList<(double Place, string Label)> ticks, string title, float maximum)
    {
        axis.TickGenerator = new NumericManual([.. ticks.Select(tick => tick.Place)], [.. ticks.Select(tick => tick.Label)]);
        axis.TickLabelStyle.FontName = EmbeddedFont.NameFor(string.Concat(ticks.Select(tick => tick.Label)));
        axis.LabelStyle.FontSize = SharedAxes is null ? FigureStyle.TextSize : TickText;
        axis.LabelStyle.Text = title.Length == 0 ? "" : TextLayout.Fit(title, axis.LabelStyle.FontSize, maximum);
        axis.LabelStyle.FontName = EmbeddedFont.NameFor(title);
    }

    private void Segment(Coordinates start, Coordinates end, Color color, float width, LinePattern pattern)
    {
        var line = _plot.Add.Line(start, end);
        line.Color = color;
        line.LineWidth = width;
        line.LinePattern = pattern;
        _plot.Add.Plottable(new CleanPaint());
    }

    private Coordinates Place(double x, double y) => new(_x.Place(x), _y.Place(y));

    private static bool IsFinite(Coordinates point) => double.IsFinite(point.X) && double.IsFinite(point.Y);
}
