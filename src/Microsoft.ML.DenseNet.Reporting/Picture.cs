using SkiaSharp;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>
/// A drawing of data that can be saved as PNG or SVG in any size, light or dark: <c>history.PlotLoss().Save("loss.png")</c>.
/// </summary>
public sealed class Picture
{
    private readonly Func<FigureStyle, Figure> _build;

    /// <param name="description">What it shows, for readers who cannot see it.</param>
    /// <param name="width">The width it is made for.</param>
    /// <param name="height">The height it is made for.</param>
    /// <param name="build">Builds the figure for a size and a theme; called for each rendering.</param>
    internal Picture(string description, int width, int height, Func<FigureStyle, Figure> build)
    {
        Description = description;
        Width = width;
        Height = height;
        NarrowHeight = Math.Min(height, NarrowWidth);
        _build = build;
    }

    /// <summary>The width of the layout for phones.</summary>
    internal const int NarrowWidth = 360;

    /// <summary>What it shows, in words.</summary>
    public string Description { get; }

    /// <summary>The width it is made for.</summary>
    public int Width { get; }

    /// <summary>The height it is made for.</summary>
    public int Height { get; }

    /// <summary>The height of the layout for phones.</summary>
    internal int NarrowHeight { get; init => field = Math.Max(value, PictureOptions.MinimumSize); }

    /// <summary>Saves the picture; an older file is replaced only once the new one is complete. A missing folder is created.</summary>
    /// <param name="path">A file name that ends in <c>.png</c> or <c>.svg</c>.</param>
    /// <param name="options">Size and colours; null for the picture's default size in light colours.</param>
    /// <exception cref="IOException">The file cannot be written; the message says why, and what to do.</exception>
    public void Save(string path, PictureOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] content = Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".PNG" => ToPng(options),
            ".SVG" => System.Text.Encoding.UTF8.GetBytes(ToSvg(options)),
            var extension => throw new ArgumentException($"The picture's file name ends in '{extension}'; pictures are saved as .png or .svg.", nameof(path)),
        };
        AtomicFile.Write(path, "The picture", content, makesFolder: true);
    }

    /// <summary>The picture as a PNG file.</summary>
    /// <param name="options">Size and colours; null for the picture's default size in light colours.</param>
    public byte[] ToPng(PictureOptions? options = null)
    {
        options ??= new PictureOptions();
        var style = MakeStyle(options);
        var size = new SKImageInfo((int)Math.Round(style.Width * options.Scale), (int)Math.Round(style.Height * options.Scale));
        using var surface = SKSurface.Create(size) ?? throw new InvalidOperationException($"A picture of {size.Width} by {size.Height} pixels does not fit in memory.");
        surface.Canvas.Scale((float)options.Scale);
        using var figure = _build(style);
        FigureRenderer.Draw(figure, style, surface.Canvas);
        using var pixels = surface.PeekPixels();
        using var data = pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.AllFilters, 9))!;
        return data.ToArray();
    }

    /// <summary>The picture as an SVG file. Its text is drawn as outlines, so that it looks the same without installed fonts.</summary>
    /// <param name="options">Size and colours; null for the picture's default size in light colours.</param>
    public string ToSvg(PictureOptions? options = null) => Render(options ?? new PictureOptions()).Svg.ToStandalone(Description);

    /// <summary>Draws the picture for a page: an unfinished SVG, and the places of its values.</summary>
    internal RenderedFigure Render(PictureOptions options)
    {
        var style = MakeStyle(options);
        using var stream = new MemoryStream();
        IReadOnlyList<PlacedMark> marks;
        List<PlacedText> texts;
        using (var figure = _build(style))
        using (var canvas = SKSvgCanvas.Create(new SKRect(0, 0, style.Width, style.Height), stream))
        {
            texts = PlacedText.KeepFrom(canvas);
            marks = FigureRenderer.Draw(figure, style, canvas);
        }

        return new RenderedFigure(new SvgDrawing(stream.ToArray(), style.Width, style.Height, texts), marks);
    }

    private FigureStyle MakeStyle(PictureOptions options)
    {
        options.Validate();
        return new FigureStyle(Theme.Of(options.Theme), options.Width ?? Width, options.Height ?? Height);
    }
}
