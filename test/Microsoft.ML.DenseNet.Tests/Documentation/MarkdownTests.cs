using System.Reflection;
using System.Text.RegularExpressions;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Holds the documents against the code: what they show compiles, what they link to exists, and no option is missing.</summary>
[TestClass]
public sealed partial class MarkdownTests
{
    /// <summary>Between two parts of a snippet that are not neighbours in the source.</summary>
    private const string Gap = "// ...";

    private const int LargestPicture = 60 * 1024;

    private static readonly string Root = typeof(MarkdownTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    public static IEnumerable<object[]> Documents() =>
        Files("*.md", ".", "docs", "samples").Select(path => new object[] { Path.GetRelativePath(Root, path) });

    [TestMethod]
    [DynamicData(nameof(Documents))]
    public void Every_snippet_is_in_a_file_that_compiles(string document)
    {
        string[][] sources = [.. Files("*.cs", "samples", "test").Select(path => TrimmedLines(File.ReadAllText(path)))];
        foreach (Match snippet in Snippet().Matches(Read(document)))
        {
            string[] lines = TrimmedLines(snippet.Groups["code"].Value);
            Assert.IsTrue(sources.Any(source => Holds(source, lines)), $"{document} shows code that is in no file of samples or test:\n{snippet.Groups["code"].Value}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Documents))]
    public void Every_link_leads_somewhere(string document)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Root, document))!;
        foreach (Match link in Link().Matches(Read(document)))
        {
            string target = link.Groups["target"].Value.Split('#')[0];
            if (target.Length > 0 && !target.Contains("://"))
                Assert.IsTrue(Path.Exists(Path.Combine(folder, target)), $"{document} links to {target}, which does not exist.");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Documents))]
    public void Every_picture_is_there_small_and_described(string document)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Root, document))!;
        foreach (Match picture in Picture().Matches(Read(document)))
        {
            var file = new FileInfo(Path.Combine(folder, picture.Groups["target"].Value));
            Assert.IsTrue(file.Exists, $"{document} shows {file.Name}, which does not exist.");
            Assert.IsLessThan(LargestPicture, file.Length, $"{document} shows {file.Name}.");
            Assert.IsGreaterThan(20, picture.Groups["text"].Length, $"{document} does not say what {file.Name} shows.");
        }
    }

    [TestMethod]
    public void The_README_names_every_option()
    {
        string readme = Read("README.md");
        Type[] options = [typeof(DenseNetBinaryTrainer.Options), typeof(DenseNetMulticlassTrainer.Options), typeof(DenseNetRegressionTrainer.Options)];
        string[] missing = [.. options
            .SelectMany(type => type.GetProperties().Cast<MemberInfo>().Concat(type.GetFields().Where(field => !field.IsLiteral)))
            .Select(member => member.Name).Distinct().Where(name => !readme.Contains($"`{name}`"))];

        Assert.IsEmpty(missing, $"README.md lacks the options {string.Join(", ", missing)}.");
    }

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"!\[(?<text>[^\]]*)\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Picture();

    private static string Read(string document) => File.ReadAllText(Path.Combine(Root, document)).ReplaceLineEndings("\n");

    private static IEnumerable<string> Files(string pattern, params string[] folders) =>
        folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, folder == "." ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories))
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

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
