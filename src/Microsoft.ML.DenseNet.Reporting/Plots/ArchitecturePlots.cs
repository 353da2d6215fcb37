using SkiaSharp;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Pictures of networks.</summary>
public static class ArchitecturePlots
{
    private const int HeaderHeight = 70;
    private const int Border = 12;
    private const int LargestWidth = 820;

    /// <summary>Taller diagrams show consecutive equal layers only once.</summary>
    private const int LargestHeight = 1500;

    /// <summary>The smallest text is still 8 pixels high; diagrams that would not fit at that size are folded.</summary>
    private const float SmallestScale = 0.78f;

    /// <summary>Draws the network's layers from top to bottom, with their widths, parameters and parallel paths; equal paths that are summed are drawn once.</summary>
    /// <param name="layout">The network, for example <c>model.Network.Layout</c> or <c>new NetworkLayout(layer, inputWidth)</c>.</param>
    public static Picture PlotArchitecture(this NetworkLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return Plot(layout, networks: 0);
    }

    /// <inheritdoc cref="PlotArchitecture(NetworkLayout)"/>
    /// <param name="network">A trained network, for example <c>model.Network</c>; the picture says if several networks were averaged into it.</param>
    public static Picture PlotArchitecture(this TrainedNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return Plot(network.Layout, network.History.Networks);
    }

    private static Picture Plot(NetworkLayout layout, int networks)
    {
        var wide = Fold(layout, networks, LargestWidth, LargestHeight);
        var narrow = Fold(layout, networks, Picture.NarrowWidth - 2 * Border, LargestHeight);
        int width = Math.Clamp((int)Math.Ceiling(wide.Width) + 4 * Border, 380, PictureOptions.MaximumSize);
        string averaged = networks > 1 ? $", {networks} networks averaged" : "";
        return new Picture($"The network: {NumberText.Count(layout.InputWidth)} inputs, {NumberText.Count(layout.OutputWidth)} outputs, {NumberText.Count(layout.ParameterCount)} parameters{averaged}.", width, HeightOf(wide, 1), style =>
        {
            var diagram = Fold(layout, networks, style.Width - 2 * Border, style.Height - HeaderHeight);
            return new Figure
            {
                Title = "Network",
                Subtitle = $"{NumberText.Count(layout.ParameterCount)} trained parameters{averaged}",
                Panels = [new CanvasPanel((canvas, area) => Draw(diagram, style.Theme, canvas, area))],
            };
        })
        {
            NarrowHeight = HeightOf(narrow, Math.Min(1, (Picture.NarrowWidth - 2 * Border) / narrow.Width)),
        };
    }

    private static int HeightOf(DiagramBlock diagram, float scale) =>
        Math.Clamp((int)Math.Ceiling(diagram.Height * scale) + HeaderHeight, PictureOptions.MinimumSize, PictureOptions.MaximumSize);

    /// <summary>Returns the diagram in the form that fits: as it is, with consecutive equal layers drawn once, or with more rows of paths at a smaller scale.</summary>
    private static DiagramBlock Fold(NetworkLayout layout, int networks, float width, float height)
    {
        var plain = NetworkDiagram.Make(layout, width, isShort: false, networks);
        if (plain.Width <= width && plain.Height <= height)
            return plain;
        var folded = NetworkDiagram.Make(layout, width, isShort: plain.Height > height, networks);
        return folded.Width <= width ? folded : NetworkDiagram.Make(layout, width / SmallestScale, isShort: plain.Height > height, networks);
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
