using ScottPlot;
using ScottPlot.Rendering.RenderActions;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>A panel with two axes, drawn by ScottPlot.</summary>
internal sealed class ChartPanel : Panel
{
    private const float TickText = FigureStyle.SmallTextSize;
    private const float TickLength = 6;

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
            axis.TickLabelStyle.IsVisible = false; // drawn here, in any script
        }

        _plot.Axes.Right.FrameLineStyle.Width = 0;
        _plot.Axes.Top.FrameLineStyle.Width = 0;
        _plot.Axes.SetLimits(x.Start, x.End, y.Start, y.End);
    }

    /// <summary>
    /// In a grid of panels that share axes: whether this one has the labels, in the space that the figure leaves for them at its edge.
    /// Null for a panel on its own, which takes the space its labels need.
    /// </summary>
    public (bool Left, bool Bottom)? SharedAxes { get; init; }

    /// <summary>Connects points with a line; a single point is drawn as a dot.</summary>
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

    /// <summary>Draws a straight line between two points.</summary>
    public void Segment(double x1, double y1, double x2, double y2, Color color, float width = 1, LinePattern? pattern = null) =>
        Segment(Place(x1, y1), Place(x2, y2), color, width, pattern ?? LinePattern.Solid);

    /// <summary>Draws a thin dotted line across the panel.</summary>
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

    /// <summary>Draws a filled rectangle; the corners may be in any order.</summary>
    public void Block(double x1, double x2, double y1, double y2, Color color)
    {
        var (a, b) = (Place(x1, y1), Place(x2, y2));
        var block = _plot.Add.Rectangle(Math.Min(a.X, b.X), Math.Max(a.X, b.X), Math.Min(a.Y, b.Y), Math.Max(a.Y, b.Y));
        block.FillColor = color;
        block.FillStyle.AntiAlias = false;
        block.LineWidth = 0;
    }

    /// <summary>Colours the background.</summary>
    /// <param name="cells">About how many cells are side by side.</param>
    /// <param name="colorAt">The colour by horizontal and vertical value.</param>
    public void Ground(int cells, Func<double, double, Color> colorAt) => _plot.Add.Plottable(new GroundColors(cells, colorAt));

    /// <summary>Fills the area between two lines.</summary>
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

    /// <summary>Draws a short line at the bottom of the panel.</summary>
    public void BottomTick(double x, Color color) =>
        Segment(new Coordinates(_x.Place(x), _y.Start), new Coordinates(_x.Place(x), _y.Start + 0.025 * (_y.End - _y.Start)), color, 1, LinePattern.Solid);

    /// <summary>Writes a short text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="x">Where it is, horizontally.</param>
    /// <param name="y">Where it is, vertically.</param>
    /// <param name="color">Its colour.</param>
    /// <param name="size">The size of the font.</param>
    /// <param name="alignment">Which point of the text is there.</param>
    /// <param name="offset">By how many pixels it is moved to the right.</param>
    public void Text(string text, double x, double y, Color color, float size = TickText, Alignment alignment = Alignment.MiddleCenter, float offset = 0)
    {
        var label = _plot.Add.Text(text, Place(x, y));
        label.LabelFontName = EmbeddedFont.Name;
        label.LabelFontSize = size;
        label.LabelFontColor = color;
        label.LabelAlignment = alignment;
        label.OffsetX = offset;
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
        var horizontal = HorizontalLabels(area);
        var vertical = VerticalLabels(area);
        SetTicks(_plot.Axes.Bottom, horizontal);
        SetTicks(_plot.Axes.Left, vertical);
        _plot.Layout.Fixed(SharedAxes is { } labels
            ? new PixelPadding(labels.Left ? Figure.AxisRoomLeft : 2, 2, labels.Bottom ? Figure.AxisRoomBottom : 2, 2)
            : new PixelPadding(vertical.Room, horizontal.Overhang, horizontal.Room, TextLayout.LineHeight(TickText) / 2 + 2));

        // ScottPlot draws again if limits changed since its last drawing: this first drawing, to nowhere, settles them.
        using (var nowhere = new SKNoDrawCanvas((int)area.Right + 1, (int)area.Bottom + 1))
            _plot.Render(nowhere, area);
        _plot.Render(canvas, area);
        var data = _plot.RenderManager.LastRender.DataRect;
        if (SharedAxes is null or { Bottom: true })
            DrawHorizontal(canvas, area, data, horizontal);
        if (SharedAxes is null or { Left: true })
            DrawVertical(canvas, area, data, vertical);
        return _marks.Select(mark =>
        {
            var pixel = _plot.GetPixel(Place(mark.X, mark.Y));
            var from = _plot.GetPixel(Place(mark.FromX, mark.FromY));
            return new PlacedMark(pixel.X, pixel.Y, mark.Text, from.X, from.Y);
        });
    }

    public override void Dispose() => _plot.Dispose();

    private float TitleSize => SharedAxes is null ? FigureStyle.TextSize : TickText;

    private AxisLabels HorizontalLabels(PixelRect area)
    {
        float height = TextLayout.LineHeight(TickText);
        float room = SharedAxes is { } labels ? area.Width - (labels.Left ? Figure.AxisRoomLeft : 0) : area.Width * 0.85f;
        var ticks = _x.HasNames ? _x.Ticks((int)(room / height)) : SpacedTicks(room);
        float longest = Widest(ticks);
        bool isTurned = _x.HasNames && longest > room / Math.Max(1, ticks.Count) - 6;
        if (isTurned)
        {
            float maximum = Math.Min(area.Height * 0.3f, 130);
            ticks = [.. ticks.Select(tick => (tick.Place, TextLayout.Fit(tick.Label, TickText, maximum)))];
            longest = Widest(ticks);
        }

        var title = TitleLines(_xTitle, area.Width - (SharedAxes is { Left: false } ? 0 : Figure.AxisRoomLeft));
        return new AxisLabels(ticks, title, isTurned)
        {
            Room = TickLength + (isTurned ? longest + 4 : height) + TitleRoom(title),
            Overhang = Math.Max(6, ticks.Count == 0 ? 6 : 2 + (isTurned ? height : _x.HasNames ? 0 : longest) / 2),
        };
    }

    private AxisLabels VerticalLabels(PixelRect area)
    {
        float line = TextLayout.LineHeight(TickText);
        int count = (int)(area.Height * 0.8f / (_y.HasNames ? line : 2.2f * line));
        float maximum = SharedAxes is null ? area.Width * 0.34f : Figure.AxisRoomLeft - TickLength - 4 - TextLayout.LineHeight(TickText);
        IReadOnlyList<(double Place, string Label)> ticks = [.. _y.Ticks(_y.HasNames ? count : Math.Clamp(count, 2, 8)).Select(tick => (tick.Place, TextLayout.Fit(tick.Label, TickText, maximum)))];
        var title = TitleLines(_yTitle, SharedAxes is null ? area.Height - 30 : area.Height - (SharedAxes is { Bottom: true } ? Figure.AxisRoomBottom : 0));
        return new AxisLabels(ticks, title, IsTurned: false) { Room = TickLength + 4 + Widest(ticks) + TitleRoom(title) };
    }

    /// <summary>A title on one line, or on two if one is too short.</summary>
    private IReadOnlyList<string> TitleLines(string text, float maximum) =>
        text.Length == 0 ? [] : TextLayout.Wrap(text, TitleSize, maximum, SharedAxes is null ? 2 : 1);

    private float TitleRoom(IReadOnlyList<string> title) => title.Count == 0 ? 0 : 4 + title.Count * TextLayout.LineHeight(TitleSize);

    private static float Widest(IEnumerable<(double Place, string Label)> ticks) => ticks.Select(tick => TextLayout.Width(tick.Label, TickText)).DefaultIfEmpty(0).Max();

    /// <summary>As many number ticks as fit side by side.</summary>
    private IReadOnlyList<(double Place, string Label)> SpacedTicks(float room)
    {
        for (int count = 9; count > 2; count--)
        {
            var ticks = _x.Ticks(count);
            if (ticks.Count * (Widest(ticks) + 14) <= room)
                return ticks;
        }

        var few = _x.Ticks(2);
        return few.Count <= 2 || few.Count * (Widest(few) + 8) <= room ? few : [few[0], few[^1]];
    }

    private static void SetTicks(IAxis axis, AxisLabels labels) =>
        axis.TickGenerator = new NumericManual([.. labels.Ticks.Select(tick => tick.Place)], [.. labels.Ticks.Select(_ => "")]);

    private void DrawHorizontal(SKCanvas canvas, PixelRect area, PixelRect data, AxisLabels labels)
    {
        float height = TextLayout.LineHeight(TickText);
        float y = data.Bottom + TickLength;
        foreach (var (place, label) in labels.Ticks)
        {
            float x = _plot.GetPixel(new Coordinates(place, _y.Start)).X;
            if (labels.IsTurned)
            {
                Turned(canvas, label, x, y + 4, TickText, SKTextAlign.Right);
                continue;
            }

            // Inside a grid a label must not overlap its neighbour's.
            float half = TextLayout.Width(label, TickText) / 2;
            x = SharedAxes is null ? x : Math.Clamp(x, data.Left - 2 + half, Math.Max(data.Left - 2 + half, data.Right + 2 - half));
            TextLayout.Draw(canvas, label, x, y + height / 2, TickText, _theme.Muted, align: SKTextAlign.Center);
        }

        float line = TextLayout.LineHeight(TitleSize);
        float top = area.Bottom - labels.Title.Count * line;
        for (int i = 0; i < labels.Title.Count; i++)
        {
            float half = TextLayout.Width(labels.Title[i], TitleSize) / 2;
            float centre = Math.Clamp((data.Left + data.Right) / 2, area.Left + half, Math.Max(area.Left + half, area.Right - half));
            TextLayout.Draw(canvas, labels.Title[i], centre, top + (i + 0.5f) * line, TitleSize, _theme.Muted, align: SKTextAlign.Center);
        }
    }

    private void DrawVertical(SKCanvas canvas, PixelRect area, PixelRect data, AxisLabels labels)
    {
        foreach (var (place, label) in labels.Ticks)
            TextLayout.Draw(canvas, label, data.Left - TickLength - 3, _plot.GetPixel(new Coordinates(_x.Start, place)).Y, TickText, _theme.Muted, align: SKTextAlign.Right);
        float line = TextLayout.LineHeight(TitleSize);
        for (int i = 0; i < labels.Title.Count; i++)
        {
            float half = TextLayout.Width(labels.Title[i], TitleSize) / 2;
            float centre = Math.Clamp((data.Top + data.Bottom) / 2, area.Top + half, Math.Max(area.Top + half, area.Bottom - half));
            Turned(canvas, labels.Title[i], area.Left + (i + 0.5f) * line, centre, TitleSize, SKTextAlign.Center);
        }
    }

    /// <summary>Draws a line of text that reads upwards.</summary>
    private void Turned(SKCanvas canvas, string text, float x, float y, float size, SKTextAlign align)
    {
        canvas.Save();
        canvas.Translate(x, y);
        canvas.RotateDegrees(-90);
        TextLayout.Draw(canvas, text, 0, 0, size, _theme.Muted, align: align);
        canvas.Restore();
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
