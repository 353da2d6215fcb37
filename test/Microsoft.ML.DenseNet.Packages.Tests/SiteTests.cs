using System.Net;
using System.Text.RegularExpressions;

namespace Microsoft.ML.DenseNet.Packages.Tests;

/// <summary>The documentation site, built with the command that README gives.</summary>
[TestClass]
public sealed partial class SiteTests
{
    private static string _folder = "";

    [ClassInitialize]
    public static void Build(TestContext context)
    {
        _folder = Directory.CreateTempSubdirectory().FullName;
        string printed = DotNet.Sdk(Settings.Repository, ["msbuild", Path.Combine("site", "Site.proj"), $"-p:SiteFolder={_folder}"]);
        Assert.Contains(" 0 warning(s)", printed);
    }

    [ClassCleanup]
    public static void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Every_link_within_the_site_leads_to_a_file_and_to_an_anchor_in_it()
    {
        string[] pages = Directory.GetFiles(_folder, "*.html", SearchOption.AllDirectories);
        var anchors = pages.ToDictionary(page => page, page => Anchor().Matches(File.ReadAllText(page)).Select(match => match.Groups["id"].Value).ToHashSet());
        int links = 0;
        var dead = new List<string>();
        foreach (string page in pages)
            foreach (Match match in Link().Matches(File.ReadAllText(page)))
            {
                string link = WebUtility.HtmlDecode(match.Groups["target"].Value);
                var address = new Uri(new Uri($"file://{page}"), link);
                if (!address.IsFile)
                    continue;
                links++;
                string file = address.LocalPath, anchor = Uri.UnescapeDataString(address.Fragment.TrimStart('#'));
                if (!File.Exists(file) || (anchor.Length > 0 && file.EndsWith(".html", StringComparison.Ordinal) && !anchors[file].Contains(anchor)))
                    dead.Add($"{Path.GetRelativePath(_folder, page)}: {link}");
            }
        Assert.IsEmpty(dead, string.Join('\n', dead));
        Assert.IsGreaterThan(1000, links);
    }

    [TestMethod]
    public void Every_public_type_and_every_page_of_the_documentation_is_on_the_site()
    {
        string[] missing =
        [
            .. Directory.GetFiles(Path.Combine(Settings.Repository, "docs"), "*.md")
                .Select(page => Path.Combine("docs", Path.ChangeExtension(Path.GetFileName(page), ".html")))
                .Concat(PublicTypes().Select(type => Path.Combine("api", $"{type}.html")))
                .Where(page => !File.Exists(Path.Combine(_folder, page))),
        ];
        Assert.IsEmpty(missing, string.Join('\n', missing));
    }

    [TestMethod]
    public void The_contents_name_every_page_and_every_sample()
    {
        string contents = File.ReadAllText(Path.Combine(_folder, "docs", "toc.html")) + File.ReadAllText(Path.Combine(_folder, "samples", "toc.html"));
        foreach (string page in Directory.GetFiles(Path.Combine(Settings.Repository, "docs"), "*.md"))
            Assert.Contains($"\"{Path.ChangeExtension(Path.GetFileName(page), ".html")}\"", contents);
        foreach (string sample in Directory.GetDirectories(Path.Combine(Settings.Repository, "samples")))
            Assert.Contains($"\"{Path.GetFileName(sample)}/README.html\"", contents);
    }

    /// <summary>The types that the files of the public API name, without type parameters: docfx names a page by their number.</summary>
    private static IEnumerable<string> PublicTypes() =>
        Directory.GetFiles(Path.Combine(Settings.Repository, "src"), "PublicAPI.*.txt", SearchOption.AllDirectories)
            .SelectMany(File.ReadLines)
            .Where(line => TypeName().IsMatch(line))
            .Select(line => line.Contains('<') ? $"{line[..line.IndexOf('<')]}-{line.Count(letter => letter == ',') + 1}" : line);

    [GeneratedRegex("""\s(?:href|src)="(?<target>[^"]+)["]""")]
    private static partial Regex Link();

    [GeneratedRegex("""\s(?:id|name)="(?<id>[^"]+)["]""")]
    private static partial Regex Anchor();

    [GeneratedRegex(@"^Microsoft\.ML\.[A-Za-z0-9.]+(<[^>(]*>)?$")]
    private static partial Regex TypeName();
}
