using SkiaSharp;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Pictures of networks.</summary>
public static class ArchitecturePlots
{
    private const int HeaderHeight = 70;

    /// <summary>The network's layers from top to bottom, with their widths, parameters and parallel paths.</summary>
    /// <param name="layout">The network, for example <c>model.Network.Layout</c> or <c>new NetworkLayout(layer, inputWidth)</c>.</param>
    public static Picture PlotArchitecture(this NetworkLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        var diagram = NetworkDiagram.Make(layout);
        int width = Math.Clamp((int)diagram.Width + 60, 380, 900);
        int height = Math.Clamp((int)diagram.Height + HeaderHeight, PictureOptions.MinimumSize, PictureOptions.MaximumSize);
        return new Picture($"The network: {NumberText.Count(layout.InputWidth)} inputs, {NumberText.Count(layout.OutputWidth)} outputs, {NumberText.Count(layout.ParameterCount)} parameters.", width, height, style => new Figure
        {
            Title = "Network",
            Subtitle = $"{NumberText.Count(layout.ParameterCount)} trained parameters",
            Panels = [new CanvasPanel((canvas, area) => Draw(diagram, style.Theme, canvas, area))],
        })
        {
            NarrowHeight = Math.Max(PictureOptions.MinimumSize, HeaderHeight + (int)(diagram.Height * Math.Min(1, (Picture.NarrowWidth - 24) / diagram.Width))),
        };
    }

    private static List<PlacedMark> Draw(DiagramBlock diagram, Theme theme, SKCanvas canvas, ScottPlot.PixelRect area)
    {
        float scale = Math.Min(1, Math.Min(area.Width / diagram.Width, area.Height / diagram.Height));
        var marks = new List<PlacedMark>();
        canvas.Save();
        canvas.Translate(area.Left + area.Width / 2, area.Top);
        canvas.Scale(scale);
        diagram.Draw(canvas, theme, 0, 1, marks);
        canvas.Restore();
        return marks;
    }
}
