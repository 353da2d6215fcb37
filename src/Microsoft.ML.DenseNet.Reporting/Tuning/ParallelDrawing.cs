using ScottPlot;
using SkiaSharp;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Draws parallel coordinates: horizontal axes one below the other, so that names and labels can be read, and the lines between them.</summary>
internal sealed class ParallelDrawing
{
    private const float Size = FigureStyle.SmallTextSize;
    private const float TickLength = 4;
    private const float LabelSpace = 52;
    private const float Gap = 8;
    private const float Margin = 14;
    private const int MaximumMarks = 100;

    private readonly ParallelLines _lines;
    private readonly Theme _theme;
    private readonly SKCanvas _canvas;
    private readonly string[] _names;
    private readonly float _left, _right, _top, _rowHeight;
    private readonly PixelRect _area;

    public ParallelDrawing(ParallelLines lines, FigureStyle style, SKCanvas canvas, PixelRect area)
    {
        (_lines, _theme, _canvas, _area) = (lines, style.Theme, canvas, area);
        _names = [.. Enumerable.Range(0, lines.AxisCount).Select(axis => FeatureLabel.Of(lines.NameOf(axis), style))];
        _left = area.Left + _names.Max(name => TextLayout.Width(name, Size)) + Margin;
        _right = area.Right - Margin;
        float line = TextLayout.LineHeight(Size);
        _top = area.Top + (line / 2);
        _rowHeight = (area.Bottom - area.Top - line - line) / Math.Max(1, lines.AxisCount - 1);
    }

    /// <summary>The colour of a group of trials.</summary>
    public static Color ColorOf(int group, Theme theme) => group < theme.Ramp.Count ? theme.Ramp[group] : theme.Axis;

    public IEnumerable<PlacedMark> Draw()
    {
        double density = _lines.Lines.Count > 100 ? 0.6 : 0.9;
        for (int i = 0; i < _lines.Lines.Count; i++)
        {
            bool isBest = i == _lines.Lines.Count - 1;
            var (trial, group) = _lines.Lines[i];
            DrawLine(trial, ColorOf(group, _theme).WithAlpha(isBest ? 1 : density * (1 - (0.13 * group))), isBest ? 3 : 1.2f);
        }

        for (int axis = 0; axis < _lines.AxisCount; axis++)
            DrawAxis(axis);
        int last = _lines.AxisCount - 1;
        return Decimation.Spread(_lines.Lines.Count, MaximumMarks).Select(index => _lines.Lines[index].Trial).Where(trial => _lines.PlaceOf(trial, last) is not null)
            .Select(trial => new PlacedMark(X(_lines.PlaceOf(trial, last)!.Value), Y(last), _lines.TextOf(trial)));
    }

    private float X(double place) => _left + ((float)place * (_right - _left));

    private float Y(int axis) => _top + (axis * _rowHeight);

    /// <summary>Draws a trial's line; where it has a gap, points between gaps are dots.</summary>
    private void DrawLine(TuningTrial trial, Color color, float width)
    {
        using var paint = new SKPaint { Color = color.ToSKColor(), IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = width, StrokeJoin = SKStrokeJoin.Round };
        using var dot = new SKPaint { Color = color.ToSKColor(), IsAntialias = true };
        var run = new List<SKPoint>();
        for (int axis = 0; axis <= _lines.AxisCount; axis++)
        {
            if (axis < _lines.AxisCount && _lines.PlaceOf(trial, axis) is { } place)
            {
                run.Add(new SKPoint(X(place), Y(axis)));
                continue;
            }

            if (run.Count == 1)
                _canvas.DrawCircle(run[0], 1 + width, dot);
            if (run.Count > 1)
            {
                using var path = new SKPath();
                path.AddPoly([.. run], close: false);
                _canvas.DrawPath(path, paint);
            }

            run.Clear();
        }
    }

    private void DrawAxis(int axis)
    {
        float y = Y(axis), line = TextLayout.LineHeight(Size), labelY = y + TickLength + (line / 2);
        using var paint = new SKPaint { Color = _theme.Ink.ToSKColor(), IsAntialias = true, StrokeWidth = 1 };
        using var ground = new SKPaint { Color = _theme.Paper.WithAlpha(0.75).ToSKColor() };
        _canvas.DrawLine(_left, y, _right, y, paint);
        TextLayout.Draw(_canvas, _names[axis], _left - Gap, y, Size, _theme.Ink, align: SKTextAlign.Right);
        float free = _left - Margin;
        foreach (var (place, label) in _lines.LabelsOf(axis, Math.Max(2, (int)((_right - _left) / LabelSpace))))
        {
            string text = TextLayout.Fit(label, Size, Math.Max(LabelSpace, (_right - _left) / 3));
            float half = TextLayout.Width(text, Size) / 2, x = Math.Clamp(X(place), _area.Left + half, _area.Right - half);
            _canvas.DrawLine(X(place), y, X(place), y + TickLength, paint);
            if (x - half < free)
                continue;
            free = x + half + Gap;
            _canvas.DrawRect(x - half - 2, labelY - (line / 2) + 1, (2 * half) + 4, line - 2, ground);
            TextLayout.Draw(_canvas, text, x, labelY, Size, _theme.Muted, align: SKTextAlign.Center);
        }
    }
}
