namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Holds the pages' links and pictures against the repository, and the samples' pages against the samples' source.</summary>
[TestClass]
public sealed class MarkdownTests
{
    /// <summary>Between two parts of a snippet that are not neighbours in the source.</summary>
    private const string Gap = "// ...";

    private const int LargestPicture = 60 * 1024;
    private const int LongestReadme = 150;

    public static IEnumerable<object[]> Pages() => MarkdownPage.All.Select(page => new object[] { page.Path });

    public static IEnumerable<object[]> SamplePages() => MarkdownPage.All.Where(page => page.IsOfSample).Select(page => new object[] { page.Path });

    [TestMethod]
    [DynamicData(nameof(SamplePages))]
    public void A_sample_s_page_quotes_its_source(string path)
    {
        var page = MarkdownPage.Of(path);
        string[][] sources = [.. MarkdownPage.RepositoryFiles("*.cs", Path.GetDirectoryName(path)!).Select(file => TrimmedLines(File.ReadAllText(Path.Combine(MarkdownPage.Root, file))))];
        foreach (var block in CodeBlock.Of(page))
            Assert.IsTrue(sources.Any(source => Holds(source, TrimmedLines(block.Code))), $"{path}({block.Line}) shows code that is in no file of its sample:\n{block.Code}");
    }

    [TestMethod]
    [DynamicData(nameof(Pages))]
    public void Every_link_leads_somewhere(string path)
    {
        var page = MarkdownPage.Of(path);
        foreach (string link in page.Links.Where(link => !link.Contains("://", StringComparison.Ordinal)))
        {
            string[] parts = link.Split('#');
            string file = parts[0].Length == 0 ? page.Resolve(Path.GetFileName(path)) : page.Resolve(parts[0]);
            Assert.IsTrue(Path.Exists(file), $"{path} links to {link}, which does not exist.");
            if (parts.Length == 1)
                continue;
            var target = MarkdownPage.Of(Path.GetRelativePath(MarkdownPage.Root, file).Replace('\\', '/'));
            Assert.Contains(parts[1], target.Anchors(), $"{path} links to {link}, but {target.Path} has no such heading.");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Pages))]
    public void Every_picture_is_small_and_described(string path)
    {
        foreach (var (description, file) in MarkdownPage.Of(path).Pictures)
        {
            Assert.IsLessThan(LargestPicture, new FileInfo(file).Length, $"{path} shows {file}.");
            Assert.IsGreaterThan(20, description.Length, $"{path} does not say what {file} shows.");
        }
    }

    [TestMethod]
    public void The_page_of_a_package_links_to_nothing()
    {
        // A relative link leads nowhere from nuget.org, and the repository has no address yet.
        foreach (var page in MarkdownPage.All.Where(page => page.IsOfPackage))
            Assert.IsEmpty(page.Links, page.Path);
    }

    [TestMethod]
    public void Every_page_of_docs_is_in_the_index()
    {
        var index = MarkdownPage.Of("docs/index.md");
        string[] missing = [.. MarkdownPage.All.Where(page => page != index && Path.GetDirectoryName(page.Path) == "docs")
            .Select(page => Path.GetFileName(page.Path)).Except(index.Links)];
        Assert.IsEmpty(missing, $"docs/index.md lacks {string.Join(", ", missing)}.");
    }

    [TestMethod]
    public void The_README_is_short() => Assert.IsLessThanOrEqualTo(LongestReadme, MarkdownPage.Of("README.md").Text.TrimEnd().Split('\n').Length);

    [TestMethod]
    [DataRow("## Two words", "two-words")]
    [DataRow("### `Fit`, and *then*: why?", "fit-and-then-why")]
    [DataRow("## A [link](page.md) here", "a-link-here")]
    [DataRow("## Same\n\n## Same", "same-1")]
    public void Anchors_are_those_of_GitHub(string text, string anchor) => Assert.Contains(anchor, MarkdownPage.AnchorsOf(text));

    /// <summary>Lines without indentation; blank ones left out.</summary>
    private static string[] TrimmedLines(string text) => [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)];

    /// <summary>Whether the snippet's parts follow each other in the source, each line by line.</summary>
    private static bool Holds(string[] source, string[] snippet)
    {
        int from = 0;
        foreach (string[] part in Parts(snippet))
        {
            int at = Enumerable.Range(from, Math.Max(source.Length - part.Length - from + 1, 0)).FirstOrDefault(start => source.AsSpan(start, part.Length).SequenceEqual(part), -1);
            if (at < 0)
                return false;
            from = at + part.Length;
        }

        return true;
    }

    private static IEnumerable<string[]> Parts(string[] snippet)
    {
        for (int start = 0; start <= snippet.Length;)
        {
            int gap = Array.IndexOf(snippet, Gap, start);
            int end = gap < 0 ? snippet.Length : gap;
            yield return snippet[start..end];
            start = end + 1;
        }
    }
}
