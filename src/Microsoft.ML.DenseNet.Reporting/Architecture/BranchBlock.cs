using SkiaSharp;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Blocks side by side that read the same rows, and the sign by which their outputs come together.</summary>
internal sealed class BranchBlock : DiagramBlock
{
    private const float Spacing = 20;
    private const float SignHeight = 22;

    private readonly IReadOnlyList<DiagramBlock> _branches;
    private readonly string _sign;
    private readonly string _hover;
    private readonly float _tallest;
    private readonly float _signWidth;

    /// <param name="branches">The parallel paths, at least one.</param>
    /// <param name="sign">How they come together.</param>
    /// <param name="hover">What the report shows on hover.</param>
    public BranchBlock(IReadOnlyList<DiagramBlock> branches, string sign, string hover)
    {
        (_branches, _sign, _hover) = (branches, sign, hover);
        _tallest = branches.Max(branch => branch.Height);
        _signWidth = Math.Max(SignHeight, TextLayout.Width(sign, FigureStyle.TextSize, bold: true) + 16);
        Width = Math.Max(_signWidth, branches.Sum(branch => branch.Width) + (branches.Count - 1) * Spacing);
        Height = Gap + _tallest + Gap + Gap / 2 + SignHeight;
    }

    public override void Draw(SKCanvas canvas, Theme theme, float centre, float top, List<PlacedMark> marks)
    {
        float joint = top + Gap + _tallest + Gap / 2;
        float signTop = joint + Gap;
        float left = centre - (_branches.Sum(branch => branch.Width) + (_branches.Count - 1) * Spacing) / 2;
        foreach (var branch in _branches)
        {
            float x = left + branch.Width / 2;
            Line(canvas, theme, (centre, top), (x, top));
            if (branch.Height == 0)
            {
                Line(canvas, theme, (x, top), (x, joint), (centre, joint));
            }
            else
            {
                Arrow(canvas, theme, x, top, top + Gap);
                branch.Draw(canvas, theme, x, top + Gap, marks);
                Line(canvas, theme, (x, top + Gap + branch.Height), (x, joint), (centre, joint));
            }

            left += branch.Width + Spacing;
        }

        Arrow(canvas, theme, centre, joint, signTop);
        var box = new SKRect(centre - _signWidth / 2, signTop, centre + _signWidth / 2, signTop + SignHeight);
        using (var stroke = new SKPaint { Color = theme.Axis.ToSKColor(), IsStroke = true, StrokeWidth = 1.5f, IsAntialias = true })
            canvas.DrawRoundRect(box, SignHeight / 2, SignHeight / 2, stroke);
        TextLayout.Draw(canvas, _sign, centre, signTop + SignHeight / 2, FigureStyle.TextSize, theme.Ink, bold: true, SKTextAlign.Center);
        var middle = canvas.TotalMatrix.MapPoint(centre, signTop + SignHeight / 2);
        marks.Add(new PlacedMark(middle.X, middle.Y, _hover));
    }
}
