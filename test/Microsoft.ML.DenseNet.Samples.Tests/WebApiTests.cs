using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Microsoft.ML.DenseNet.Samples.Tests;

/// <summary>The web service answers over HTTP.</summary>
[TestClass]
public sealed class WebApiTests
{
    [TestMethod]
    public async Task WebApi_predicts_without_torch_what_its_README_shows()
    {
        var sample = new Sample("WebApi");
        string folder = sample.OutputFolder;
        Assert.IsEmpty(Directory.GetFiles(folder, "*torch*", SearchOption.AllDirectories));
        string readme = File.ReadAllText(Path.Combine(sample.SourceFolder, "README.md"));
        string request = Regex.Match(readme, @"-d '(.*)'").Groups[1].Value;
        string answer = Regex.Match(readme, "```json\n(.*)\n```").Groups[1].Value;

        // Port 0: the system chooses one that is free, and the service says which.
        var start = new ProcessStartInfo("dotnet", [sample.Program, "--urls", "http://127.0.0.1:0"]) { RedirectStandardOutput = true, WorkingDirectory = folder };
        using var service = Process.Start(start)!;
        try
        {
            string? address = null;
            while (address is null && await service.StandardOutput.ReadLineAsync() is { } line)
                address = Regex.Match(line, @"listening on: (http://127\.0\.0\.1:\d+)").Groups[1] is { Success: true } match ? match.Value : null;
            using var client = new HttpClient { BaseAddress = new Uri(address!) };

            using var predicted = await client.PostAsync("/predict", Json(request));
            Assert.AreEqual(answer, await predicted.Content.ReadAsStringAsync());
            using var refused = await client.PostAsync("/predict", Json("""{"features":[1, 2]}"""));
            Assert.AreEqual(System.Net.HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains("features has 2 numbers; 30 are needed", await refused.Content.ReadAsStringAsync());
        }
        finally
        {
            service.Kill();
        }

        static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
    }
}
