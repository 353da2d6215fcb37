using SkiaSharp;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>
/// Blocks side by side that read the same rows, and the sign that joins their outputs. If they do not fit side by side, they
/// are placed in several rows, between a line on the left that brings the rows in and one on the right that takes them out.
/// </summary>
internal sealed class BranchBlock : DiagramBlock
{
    /// <summary>The width of the lines on both sides.</summary>
    public const float Rail = 14;

    private const float Spacing = 20;
    private const float SignHeight = 22;

    private readonly List<List<DiagramBlock>> _rows = [];
    private readonly string _sign;
    private readonly string _hover;
    private readonly float _signWidth;

    /// <param name="branches">The parallel paths, at least one.</param>
    /// <param name="sign">How their outputs are joined.</param>
    /// <param name="maximumWidth">The available width.</param>
    /// <param name="hover">What the report shows on hover.</param>
    public BranchBlock(IReadOnlyList<DiagramBlock> branches, string sign, float maximumWidth, string hover)
    {
        (_sign, _hover) = (sign, hover);
        bool fits = RowWidth(branches) <= maximumWidth;
        foreach (var branch in branches)
        {
            if (_rows.Count == 0 || (!fits && RowWidth([.. _rows[^1], branch]) > maximumWidth - 2 * Rail))
                _rows.Add([]);
            _rows[^1].Add(branch);
        }

        _signWidth = Math.Max(SignHeight, TextLayout.Width(sign, FigureStyle.TextSize, bold: true) + 16);
        Width = Math.Max(_signWidth, _rows.Max(RowWidth) + (_rows.Count > 1 ? 2 * Rail : 0));
        Height = _rows.Sum(RowHeight) + (_rows.Count - 1) * Gap + Gap + SignHeight;
    }

    public override void Draw(SKCanvas canvas, Theme theme, float centre, float top, List<PlacedMark> marks)
    {
        float left = centre - Width / 2, right = centre + Width / 2, y = top;
        float joint = top + _rows.Sum(RowHeight) + (_rows.Count - 1) * Gap;
        bool isFolded = _rows.Count > 1;
        foreach (var row in _rows)
        {
            float x = centre - RowWidth(row) / 2, end = y + RowHeight(row);
            foreach (var branch in row)
            {
                float middle = x + branch.Width / 2;
                Line(canvas, theme, (isFolded ? left : centre, y), (middle, y));
                if (branch.Height == 0)
                {
                    Line(canvas, theme, (middle, y), (middle, end), (isFolded ? right : centre, end));
                }
                else
                {
                    Arrow(canvas, theme, middle, y, y + Gap);
                    branch.Draw(canvas, theme, middle, y + Gap, marks);
                    Line(canvas, theme, (middle, y + Gap + branch.Height), (middle, end), (isFolded ? right : centre, end));
                }

                x += branch.Width + Spacing;
            }

            y = end + Gap;
        }

        if (isFolded)
        {
            float lastTop = joint - RowHeight(_rows[^1]), firstEnd = top + RowHeight(_rows[0]);
            Line(canvas, theme, (centre, top), (left, top), (left, lastTop));
            Line(canvas, theme, (right, firstEnd), (right, joint), (centre, joint));
        }

        float signTop = joint + Gap;
        Arrow(canvas, theme, centre, joint, signTop);
        var box = new SKRect(centre - _signWidth / 2, signTop, centre + _signWidth / 2, signTop + SignHeight);
        using (var stroke = new SKPaint { Color = theme.Axis.ToSKColor(), IsStroke = true, StrokeWidth = 1.5f, IsAntialias = true })
            canvas.DrawRoundRect(box, SignHeight / 2, SignHeight / 2, stroke);
        TextLayout.Draw(canvas, _sign, centre, signTop + SignHeight / 2, FigureStyle.TextSize, theme.Ink, bold: true, SKTextAlign.Center);
        var sign = canvas.TotalMatrix.MapPoint(centre, signTop + SignHeight / 2);
        marks.Add(new PlacedMark(sign.X, sign.Y, _hover));
    }

    private static float RowWidth(IReadOnlyCollection<DiagramBlock> row) => row.Sum(branch => branch.Width) + (row.Count - 1) * Spacing;

    /// <summary>The height from where the rows come in to where the outputs are joined.</summary>
    private static float RowHeight(IReadOnlyCollection<DiagramBlock> row) => Gap + row.Max(branch => branch.Height) + Gap / 2;
}
