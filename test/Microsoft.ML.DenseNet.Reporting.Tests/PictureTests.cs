using System.Xml.Linq;
using SkiaSharp;

namespace Microsoft.ML.DenseNet.Reporting.Tests;

[TestClass]
public sealed class PictureTests
{
    private static readonly PictureOptions[] Forms =
    [
        new(),
        new() { Theme = PictureTheme.Dark },
        new() { Width = 360, Height = 400 },
    ];

    [TestMethod]
    [DynamicData(nameof(Gallery.Names), typeof(Gallery))]
    public void A_png_has_the_size_asked_for_and_something_on_it(string name)
    {
        var picture = Gallery.Pictures[name]();
        foreach (var form in Forms)
        {
            using var bitmap = SKBitmap.Decode(picture.ToPng(form));
            Assert.AreEqual(form.Width ?? picture.Width, bitmap.Width);
            Assert.AreEqual(form.Height ?? picture.Height, bitmap.Height);
            var ground = bitmap.GetPixel(0, 0);
            Assert.AreEqual(Theme.Of(form.Theme).Paper.ToSKColor(), ground);
            Assert.IsGreaterThan(500, bitmap.Pixels.Count(pixel => pixel != ground));
        }

        Directory.CreateDirectory(TestFolder.Pictures);
        picture.Save(Path.Combine(TestFolder.Pictures, $"{name}.png"));
        picture.Save(Path.Combine(TestFolder.Pictures, $"{name} (dark).png"), Forms[1]);
        picture.Save(Path.Combine(TestFolder.Pictures, $"{name} (narrow).png"), new PictureOptions { Width = Picture.NarrowWidth, Height = picture.NarrowHeight });
    }

    [TestMethod]
    [DynamicData(nameof(Gallery.Names), typeof(Gallery))]
    public void No_text_lies_outside_or_on_another(string name)
    {
        var picture = Gallery.Pictures[name]();
        PictureOptions[] forms = [new(), new() { Width = Picture.NarrowWidth, Height = picture.NarrowHeight }, new() { Width = 1400, Height = 900 }];
        foreach (var form in forms)
        {
            int width = form.Width ?? picture.Width, height = form.Height ?? picture.Height;
            var texts = picture.Render(form).Svg.Texts.Select(TextBox.Of).ToList();
            Assert.IsNotEmpty(texts);
            foreach (var text in texts)
            {
                var area = text.Area;
                Assert.IsTrue(area.Left >= 0 && area.Top >= 0 && area.Right <= width && area.Bottom <= height, $"'{text.Text}' at {area} leaves {width} x {height}.");
            }

            for (int i = 0; i < texts.Count; i++)
            {
                for (int j = 0; j < i; j++)
                {
                    var first = SKRect.Inflate(texts[i].Area, -0.5f, -0.5f);
                    Assert.IsFalse(first.IntersectsWith(texts[j].Area), $"'{texts[i].Text}' at {texts[i].Area} and '{texts[j].Text}' at {texts[j].Area} overlap in {width} x {height}.");
                }
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Gallery.Names), typeof(Gallery))]
    public void All_text_can_be_read(string name)
    {
        var picture = Gallery.Pictures[name]();
        foreach (var form in new PictureOptions[] { new(), new() { Width = Picture.NarrowWidth, Height = picture.NarrowHeight } })
        {
            foreach (var text in picture.Render(form).Svg.Texts)
                Assert.IsGreaterThanOrEqualTo(8f, TextBox.SizeOf(text), $"'{text.Text}' in {form.Width ?? picture.Width} x {form.Height ?? picture.Height}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Gallery.Names), typeof(Gallery))]
    public void Marks_lie_inside(string name)
    {
        var picture = Gallery.Pictures[name]();
        foreach (var mark in picture.Render(new PictureOptions()).Marks)
            Assert.IsTrue(mark.X >= 0 && mark.X <= picture.Width && mark.Y >= 0 && mark.Y <= picture.Height, $"{mark}");
    }

    [TestMethod]
    [DynamicData(nameof(Gallery.Names), typeof(Gallery))]
    public void An_svg_needs_no_font_and_nothing_from_elsewhere(string name)
    {
        string svg = Gallery.Pictures[name]().ToSvg();
        var root = XDocument.Parse(svg).Root!;
        Assert.AreEqual("svg", root.Name.LocalName);
        Assert.IsEmpty(root.Descendants().Where(element => element.Name.LocalName is "image" or "script"));
        foreach (var text in root.Descendants().Where(element => element.Name.LocalName == "text"))
            Assert.IsFalse(EmbeddedFont.Covers(text.Value), $"'{text.Value}' could be outlines.");
        var ids = root.Descendants().Attributes("id").Select(id => id.Value).ToHashSet();
        foreach (var use in root.Descendants().Attributes("href"))
            Assert.Contains(use.Value[1..], ids);
    }

    [TestMethod]
    public void A_part_of_a_page_has_its_colours_from_the_style_sheet()
    {
        var svg = Samples.Classification(3).PlotConfusion().Render(new PictureOptions()).Svg.ToInline("A matrix", "x");
        string[] colours = [.. svg.Descendants().Attributes().Where(attribute => attribute.Name == "fill" || attribute.Name == "stroke").Select(attribute => attribute.Value).Distinct()];
        CollectionAssert.AreEqual(new[] { "none" }, colours);
        Assert.IsNotEmpty(svg.Descendants("text").Where(text => text.Value == "class 0"));
    }

    [TestMethod]
    [DataRow(PictureTheme.Light)]
    [DataRow(PictureTheme.Dark)]
    public void Colours_differ_and_have_contrast(PictureTheme name)
    {
        var theme = Theme.Of(name);
        Assert.AreEqual(theme.Roles.Count, theme.Roles.Select(color => color.ToHex()).Distinct().Count());
        Assert.IsGreaterThan(4.5, Contrast(theme.Ink, theme.Paper));
        Assert.IsGreaterThan(4.5, Contrast(theme.Muted, theme.Paper));
        foreach (int series in new[] { 0, 1 })
            Assert.IsGreaterThan(4.0, Contrast(theme.Ink, Over(theme.Shade(1, series), theme.Paper)));
        foreach (var color in theme.Series.Concat(theme.Ramp))
            Assert.IsGreaterThanOrEqualTo(3.0, Contrast(color, theme.Paper), color.ToHex());
    }

    [TestMethod]
    public void A_file_is_saved_by_its_ending()
    {
        using var folder = new TestFolder();
        var picture = Samples.History(5).PlotLoss();
        picture.Save(folder.File("new/loss.png"), new PictureOptions { Scale = 2 });
        picture.Save(folder.File("loss.SVG"));
        using var bitmap = SKBitmap.Decode(folder.File("new/loss.png"));
        Assert.AreEqual(2 * picture.Width, bitmap.Width);
        StringAssert.StartsWith(File.ReadAllText(folder.File("loss.SVG")), "<svg");
        Assert.ThrowsExactly<ArgumentException>(() => picture.Save(folder.File("loss.jpg")));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => picture.ToPng(new PictureOptions { Width = 10 }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => picture.ToPng(new PictureOptions { Scale = double.NaN }));
    }

    [TestMethod]
    public void A_failed_write_leaves_the_older_file_and_no_other()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.File("taken.png"));
        var picture = Samples.History(5).PlotLoss();
        Assert.Throws<Exception>(() => picture.Save(folder.File("taken.png")));
        CollectionAssert.AreEqual(new[] { folder.File("taken.png") }, Directory.GetFileSystemEntries(folder.Root));
    }

    [TestMethod]
    public void A_path_that_cannot_be_is_named()
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder.File("taken"), "older");
        string path = Path.Combine(folder.File("taken"), "inner", "loss.svg");
        var exception = Assert.ThrowsExactly<DirectoryNotFoundException>(() => Samples.History(5).PlotLoss().Save(path));
        StringAssert.Contains(exception.Message, $"The picture '{path}' could not be written: '{folder.File("taken")}' is a file, not a folder. Create the folder, or name another.");
        CollectionAssert.AreEqual(new[] { folder.File("taken") }, Directory.GetFileSystemEntries(folder.Root));
    }

    [TestMethod]
    public void A_report_replaces_nothing_but_files()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.File("report.html"));
        var exception = Assert.ThrowsExactly<IOException>(() => TrainingReport.Write(folder.File("report.html"), TrainedModels.Binary.Model, TrainedModels.Binary.Test));
        StringAssert.Contains(exception.Message, $"The report '{folder.File("report.html")}' could not be written: '{folder.File("report.html")}' is a folder, not a file");
        CollectionAssert.AreEqual(new[] { folder.File("report.html") }, Directory.GetFileSystemEntries(folder.Root));
    }

    [TestMethod]
    public void A_link_stays_one()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("Windows lets not every user make links.");
        using var folder = new TestFolder();
        File.WriteAllText(folder.File("today.svg"), "old");
        File.CreateSymbolicLink(folder.File("newest.svg"), folder.File("today.svg"));
        Samples.History(5).PlotLoss().Save(folder.File("newest.svg"));
        Assert.AreEqual(folder.File("today.svg"), new FileInfo(folder.File("newest.svg")).LinkTarget);
        StringAssert.StartsWith(File.ReadAllText(folder.File("today.svg")), "<svg");
    }

    [TestMethod]
    public void Characters_that_the_font_lacks_are_left_to_the_browser()
    {
        var picture = Samples.Classification(6, names: Samples.WorldNames).PlotConfusion();
        var page = picture.Render(new PictureOptions()).Svg.ToInline("A matrix", "x");
        foreach (string name in Samples.WorldNames)
        {
            var texts = page.Descendants("text").Where(text => text.Value == name).ToList();
            Assert.HasCount(2, texts, name);
            foreach (var text in texts)
            {
                Assert.IsTrue(float.IsFinite((float)text.Attribute("x")!));
                Assert.AreEqual(EmbeddedFont.Covers(name), text.Attribute("textLength") is not null, name);
            }
        }

        Assert.IsTrue(EmbeddedFont.Covers("Кириллица Ελληνικά"));
    }

    [TestMethod]
    public void A_font_that_has_a_character_is_found_where_one_is_installed()
    {
        // The system's own search may know nothing, as with SkiaSharp's build that has no fontconfig.
        const string Arabic = "فئة";
        bool isInstalled = SKFontManager.Default.FontFamilies.Any(family => SKFontManager.Default.MatchFamily(family)?.ContainsGlyph(Arabic[0]) == true);
        var runs = EmbeddedFont.Runs("1: " + Arabic, bold: false);
        Assert.HasCount(2, runs);
        Assert.AreSame(EmbeddedFont.Get(bold: false), runs[0].Font);
        Assert.AreEqual(isInstalled, runs[1].Font is not null);
    }

    [TestMethod]
    public void What_no_file_can_hold_does_not_break_a_picture()
    {
        var results = new ClassificationResults(["日本語のクラス", "a\u0001b\nc \ud800🌼"], [0, 1], [[0.9f, 0.1f], [0.2f, 0.8f]]);
        Assert.IsNotEmpty(results.PlotConfusion().ToPng());
        XDocument.Parse(results.PlotRoc().ToSvg());
    }

    [TestMethod]
    public void No_two_of_the_first_40_lines_look_the_same()
    {
        var looks = Enumerable.Range(0, 40).Select(index => (SeriesLook.Color(Theme.Light, index).ToHex(), SeriesLook.Pattern(index).Name)).ToList();
        Assert.HasCount(40, looks.Distinct().ToList());
    }

    [TestMethod]
    public void Every_panel_of_pairs_has_values_to_show()
    {
        var picture = TestRow.Data(new MLContext(1), 5, 900, 2).PlotDataset();
        var marks = picture.Render(new PictureOptions()).Marks;
        float cell = (picture.Width - 24 - Figure.AxisRoomLeft) / 5f, row = (marks.Max(mark => mark.Y) - marks.Min(mark => mark.Y)) / 5f, top = marks.Min(mark => mark.Y);
        var panels = marks.GroupBy(mark => ((int)((mark.X - 12 - Figure.AxisRoomLeft) / cell), Math.Min(4, (int)((mark.Y - top) / row)))).Where(group => group.Count() >= 8);
        Assert.HasCount(15, panels.ToList());
    }

    private static ScottPlot.Color Over(ScottPlot.Color color, ScottPlot.Color ground)
    {
        double share = color.A / 255.0;
        return new ScottPlot.Color(Mix(color.R, ground.R), Mix(color.G, ground.G), Mix(color.B, ground.B));

        byte Mix(byte above, byte below) => (byte)(share * above + (1 - share) * below);
    }

    /// <summary>The contrast ratio of WCAG 2.</summary>
    private static double Contrast(ScottPlot.Color first, ScottPlot.Color second)
    {
        double[] luminances = [Luminance(first), Luminance(second)];
        return (luminances.Max() + 0.05) / (luminances.Min() + 0.05);

        static double Luminance(ScottPlot.Color color) => 0.2126 * Linear(color.R) + 0.7152 * Linear(color.G) + 0.0722 * Linear(color.B);

        static double Linear(byte value) => value / 255.0 <= 0.04045 ? value / 255.0 / 12.92 : Math.Pow((value / 255.0 + 0.055) / 1.055, 2.4);
    }
}
