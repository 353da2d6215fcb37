namespace Microsoft.ML.DenseNet.Reporting.Tests;

/// <summary>
/// The page in a real browser. Where no Chromium is installed these tests do nothing and pass: what they check beyond
/// <see cref="TrainingReportTests"/> needs one. Screenshots are kept under TestResults.
/// </summary>
[TestClass]
public sealed class TrainingReportBrowserTests
{
    public static IEnumerable<object[]> Pages => [.. TrainingReportTests.Tasks, ["Explained"]];

    [TestMethod]
    [DynamicData(nameof(Pages))]
    public async Task The_page_looks_right_and_asks_for_nothing(string task)
    {
        if (ChromiumBrowser.Path is not { } path)
            return;
        using var folder = new TestFolder();
        var (model, test, options) = TrainingReportTests.Of(task);
        TrainingReport.Write(folder.File("report.html"), model, test, options);
        TrainingReport.Write(Path.Combine(TestFolder.Artifacts, $"{task}.html"), model, test, options);

        await using var browser = await ChromiumBrowser.StartAsync(path);
        foreach (string domain in new[] { "Page", "Runtime", "Log", "Network" })
            await browser.CallAsync($"{domain}.enable");
        await browser.ResizeAsync(1280, 900);
        await browser.CallAsync("Page.navigate", new { url = new Uri(folder.File("report.html")).AbsoluteUri });
        await browser.EvaluateAsync("new Promise(done => document.readyState === 'complete' ? done() : addEventListener('load', done))");

        foreach (var (name, width, scheme) in new[] { ("wide", 1280, "light"), ("wide dark", 1280, "dark"), ("tablet", 768, "light"), ("narrow", 375, "light"), ("narrow dark", 375, "dark") })
        {
            await browser.ResizeAsync(width, 900);
            await browser.CallAsync("Emulation.setEmulatedMedia", new { features = new[] { new { name = "prefers-color-scheme", value = scheme } } });
            Assert.IsLessThanOrEqualTo(width, (int)(await browser.EvaluateAsync("document.documentElement.scrollWidth"))!, $"The page scrolls sideways at {width}.");
            Assert.AreEqual(scheme == "dark" ? "rgb(20, 24, 29)" : "rgb(255, 255, 255)", (string?)await browser.EvaluateAsync("getComputedStyle(document.body).backgroundColor"));
            string shown = width < 600 ? "narrow" : "wide", hidden = width < 600 ? "wide" : "narrow";
            Assert.IsTrue((bool)(await browser.EvaluateAsync($"[...document.querySelectorAll('figure')].every(f => f.querySelector('.{shown}').offsetHeight > 100 && f.querySelector('.{hidden}').offsetHeight === 0)"))!);
            Assert.IsTrue((bool)(await browser.EvaluateAsync("[...document.querySelectorAll('#results > .table')].every(t => t.scrollWidth <= t.clientWidth)"))!, $"A table of results is cut at {width}.");
            await browser.EvaluateAsync("new Promise(done => setTimeout(done, 250))"); // the steps' bars move
            await browser.SaveScreenshotAsync(Path.Combine(TestFolder.Artifacts, $"{task} {name}.png"));
        }

        await browser.ResizeAsync(1280, 900);
        await CheckHover(browser);
        if (options.Probabilities is not null)
            await CheckSteps(browser);
        var print = await browser.CallAsync("Page.printToPDF", new { printBackground = false });
        await File.WriteAllBytesAsync(Path.Combine(TestFolder.Artifacts, $"{task}.pdf"), Convert.FromBase64String((string)print["data"]!));

        var problems = browser.Events.Where(message => (string?)message["method"] is "Runtime.exceptionThrown" or "Log.entryAdded" or "Runtime.consoleAPICalled");
        Assert.IsEmpty(problems.Select(problem => problem.ToJsonString()));
        var requests = browser.Events.Where(message => (string?)message["method"] == "Network.requestWillBeSent").Select(message => (string)message["params"]!["request"]!["url"]!);
        CollectionAssert.AreEqual(new[] { new Uri(folder.File("report.html")).AbsoluteUri }, requests.Where(url => !url.StartsWith("data:", StringComparison.Ordinal)).ToArray());
    }

    [TestMethod]
    [DataRow(12)]
    [DataRow(30)]
    public async Task Many_classes_have_a_matrix_as_wide_as_the_page_allows(int classes)
    {
        if (ChromiumBrowser.Path is not { } path)
            return;
        using var folder = new TestFolder();
        var ml = TrainedModels.Ml;
        var data = TestRow.Data(ml, 6, 20 * classes, classes);
        var model = ml.MulticlassClassification.Trainers.DenseNet(new DenseNetMulticlassTrainer.Options { LabelColumnName = "Key", HiddenUnits = [16], NumberOfEpochs = 3 }).Fit(data);
        TrainingReport.Write(folder.File("report.html"), model, data, new TrainingReportOptions { LabelColumnName = "Key" });

        await using var browser = await ChromiumBrowser.StartAsync(path);
        foreach (string domain in new[] { "Page", "Runtime" })
            await browser.CallAsync($"{domain}.enable");
        await browser.CallAsync("Page.navigate", new { url = new Uri(folder.File("report.html")).AbsoluteUri });
        await browser.EvaluateAsync("new Promise(done => document.readyState === 'complete' ? done() : addEventListener('load', done))");
        foreach (var (name, width, least) in new[] { ("wide", 1280, 700), ("narrow", 390, 330) })
        {
            await browser.ResizeAsync(width, 900);
            double shown = (double)(await browser.EvaluateAsync($"document.querySelector('.figures figure .{name} svg').getBoundingClientRect().width"))!;
            Assert.IsGreaterThanOrEqualTo(least, shown);
            await browser.SaveScreenshotAsync(Path.Combine(TestFolder.Artifacts, $"{classes} classes {name}.png"));
        }
    }

    [TestMethod]
    public async Task Names_in_any_script_have_a_place_in_the_charts()
    {
        if (ChromiumBrowser.Path is not { } path)
            return;
        using var folder = new TestFolder();
        var (model, test, options) = TrainedModels.Multiclass;
        string[] names = ["中文类别名称", "فئة عربية", "emoji 😀🌼"];
        TrainingReport.Write(folder.File("report.html"), model, test, options with { ClassNames = names });

        await using var browser = await ChromiumBrowser.StartAsync(path);
        foreach (string domain in new[] { "Page", "Runtime" })
            await browser.CallAsync($"{domain}.enable");
        await browser.ResizeAsync(1280, 900);
        await browser.CallAsync("Page.navigate", new { url = new Uri(folder.File("report.html")).AbsoluteUri });
        await browser.EvaluateAsync("new Promise(done => document.readyState === 'complete' ? done() : addEventListener('load', done))");
        foreach (string name in names)
        {
            // Twice beside the matrix, and in the legends of two curves and the boundary.
            int shown = (int)(await browser.EvaluateAsync($"[...document.querySelectorAll('#results .wide text')].filter(t => t.textContent === '{name}' && t.getBoundingClientRect().width > 10).length"))!;
            Assert.IsGreaterThanOrEqualTo(5, shown, name);
        }

        await browser.SaveScreenshotAsync(Path.Combine(TestFolder.Artifacts, "names of the world.png"));
    }

    private static async Task CheckHover(ChromiumBrowser browser)
    {
        int figures = (int)(await browser.EvaluateAsync("document.querySelectorAll('figure').length"))!;
        for (int i = 0; i < figures; i++)
        {
            // Onto the first mark of the figure, in the page's own coordinates.
            var point = await browser.EvaluateAsync($$"""
                (() => {
                  const figure = document.querySelectorAll('figure')[{{i}}], svg = figure.querySelector('.wide svg');
                  svg.scrollIntoView({ block: 'center', behavior: 'instant' });
                  const [x, y] = JSON.parse(document.getElementById('figure-data').textContent)[figure.id].wide[0];
                  const at = new DOMPoint(x, y).matrixTransform(svg.getScreenCTM());
                  return { x: at.x, y: at.y };
                })()
                """);
            await browser.CallAsync("Input.dispatchMouseEvent", new { type = "mouseMoved", x = (double)point!["x"]!, y = (double)point["y"]! });
            Assert.AreNotEqual("", (string?)await browser.EvaluateAsync("document.getElementById('tip').hidden ? '' : document.getElementById('tip').textContent"), $"figure {i + 1}");
        }
    }

    private static async Task CheckSteps(ChromiumBrowser browser)
    {
        const string Heights = "[...document.querySelectorAll('.steps .wide g:last-of-type rect')].map(bar => +bar.getAttribute('height')).join()";
        string last = (string)(await browser.EvaluateAsync(Heights))!;
        await browser.EvaluateAsync("(() => { const slider = document.querySelector('.steps input'); slider.value = 0; slider.dispatchEvent(new Event('input')); })()");
        Assert.AreEqual("Before training", (string?)await browser.EvaluateAsync("document.querySelector('.steps output').textContent"));
        Assert.AreNotEqual(last, (string?)await browser.EvaluateAsync(Heights));
        await browser.EvaluateAsync("document.querySelector('.steps button').click()");
        await browser.EvaluateAsync("new Promise(done => setTimeout(done, 700))");
        Assert.IsGreaterThan(0, int.Parse((string)(await browser.EvaluateAsync("document.querySelector('.steps input').value"))!, System.Globalization.CultureInfo.InvariantCulture));
    }
}
