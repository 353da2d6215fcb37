using SkiaSharp;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Blocks stacked vertically; an empty sequence is a straight line.</summary>
internal sealed class SequenceBlock : DiagramBlock
{
    private readonly IReadOnlyList<DiagramBlock> _blocks;

    public SequenceBlock(IReadOnlyList<DiagramBlock> blocks)
    {
        _blocks = blocks;
        Width = blocks.Select(block => block.Width).DefaultIfEmpty(24).Max();
        Height = blocks.Sum(block => block.Height) + Math.Max(0, blocks.Count - 1) * Gap;
    }

    public override void Draw(SKCanvas canvas, Theme theme, float centre, float top, List<PlacedMark> marks)
    {
        for (int i = 0; i < _blocks.Count; i++)
        {
            if (i > 0)
            {
                Arrow(canvas, theme, centre, top, top + Gap);
                top += Gap;
            }

            _blocks[i].Draw(canvas, theme, centre, top, marks);
            top += _blocks[i].Height;
        }
    }
}
