using ScottPlot;

namespace Microsoft.ML.DenseNet.Benchmarks.Default;

/// <summary>Draws the error against the training time and the time of one prediction, each with its Pareto front.</summary>
internal static class CostPicture
{
    private const int Width = 800, Height = 400, Scale = 2;

    /// <summary>Writes a PNG file.</summary>
    public static void Save(string path, IReadOnlyList<CostRatios> trainers)
    {
        using var fit = new CostPanel("Time to train, times LightGbm's", [.. trainers.Select(ratios => Point(ratios, ratios.Fit))], hasErrorTitle: true);
        using var oneRow = new CostPanel("Time to predict one row, times LightGbm's", [.. trainers.Select(ratios => Point(ratios, ratios.OneRow))], hasErrorTitle: false);
        using var surface = SkiaSharp.SKSurface.Create(new SkiaSharp.SKImageInfo(Width * Scale, Height * Scale));
        surface.Canvas.Clear(SkiaSharp.SKColors.White);
        surface.Canvas.Scale(Scale);
        float middle = (Width + CostPanel.TitleWidth) / 2f;
        fit.Draw(surface.Canvas, new PixelRect(0, middle, Height, 0));
        oneRow.Draw(surface.Canvas, new PixelRect(middle, Width, Height, 0));
        using var image = surface.Snapshot();
        using var data = image.Encode(SkiaSharp.SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(path, data.ToArray());
    }

    private static CostPoint Point(CostRatios ratios, double time) => new(ratios.Trainer switch
    {
        "densenet" => "DenseNet",
        "densenet-quick" => "DenseNet, Quick",
        "densenet-best" => "DenseNet, Best",
        "lightgbm" => "LightGbm",
        "fasttree" => "FastTree",
        var other => other,
    }, ratios.Trainer.StartsWith("densenet", StringComparison.Ordinal), time, ratios.Error);
}
