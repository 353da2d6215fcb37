using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A markdown file of the repository: its text, its links, its pictures and the anchors that a link may name.</summary>
internal sealed partial class MarkdownPage
{
    private MarkdownPage(string path)
    {
        Path = path;
        Text = File.ReadAllText(System.IO.Path.Combine(Root, path)).ReplaceLineEndings("\n");
    }

    /// <summary>The repository's folder, ending in a separator.</summary>
    public static string Root { get; } = typeof(MarkdownPage).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    /// <summary>Every page, by path.</summary>
    public static IReadOnlyList<MarkdownPage> All { get; } =
        [.. RepositoryFiles("*.md", ".", "bench", "build", "docs", "samples", "src", "test").Order(StringComparer.Ordinal).Select(path => new MarkdownPage(path))];

    /// <summary>The path in the repository, with forward slashes.</summary>
    public string Path { get; }

    public string Text { get; }

    /// <summary>Whether the page belongs to a sample, and so quotes the sample's source.</summary>
    public bool IsOfSample => Path.StartsWith("samples/", StringComparison.Ordinal);

    /// <summary>Whether the page is the readme of a package. nuget.org shows it without the repository around it.</summary>
    public bool IsOfPackage => System.IO.Path.GetFileName(Path) == "PACKAGE.md";

    /// <summary>Where links and pictures lead, without those in code.</summary>
    public IEnumerable<string> Links => LinkPattern().Matches(Prose).Select(match => match.Groups["target"].Value);

    /// <summary>Pictures: what is said of each, and its file.</summary>
    public IEnumerable<(string Description, string File)> Pictures =>
        PicturePattern().Matches(Prose).Select(match => (match.Groups["text"].Value, Resolve(match.Groups["target"].Value)));

    /// <summary>The page without fenced code and code spans.</summary>
    private string Prose => CodeSpan().Replace(Fence().Replace(Text, ""), "");

    /// <summary>The page at a path of the repository.</summary>
    public static MarkdownPage Of(string path) => All.Single(page => page.Path == path);

    /// <summary>Paths in the repository of the files that match, in folders and below them; in "." itself only.</summary>
    public static IEnumerable<string> RepositoryFiles(string pattern, params string[] folders) =>
        folders.SelectMany(folder => Directory.EnumerateFiles(System.IO.Path.Combine(Root, folder), pattern, folder == "." ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories))
            .Select(file => System.IO.Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj"));

    /// <summary>The file that a link's target names, as a full path.</summary>
    public string Resolve(string target) => System.IO.Path.GetFullPath(target, System.IO.Path.GetDirectoryName(System.IO.Path.Combine(Root, Path))!);

    /// <summary>The names by which links reach the page's headings, as GitHub forms them.</summary>
    public IReadOnlySet<string> Anchors() => AnchorsOf(Text);

    /// <summary>The anchors of a text that stands for a page's.</summary>
    public static IReadOnlySet<string> AnchorsOf(string text)
    {
        var anchors = new HashSet<string>(StringComparer.Ordinal);
        foreach (Match heading in Heading().Matches(Fence().Replace(text, "")))
        {
            string anchor = Anchor(heading.Groups["text"].Value.Trim());
            string unique = anchor;
            for (int number = 1; !anchors.Add(unique); number++)
                unique = $"{anchor}-{number}";
        }

        return anchors;
    }

    /// <summary>The rows of the tables whose first column has a title, each cell trimmed; an escaped bar is part of its cell.</summary>
    public IEnumerable<string[]> TableRows(string title) => TablePattern().Matches(Text)
        .Select(table => table.Value.TrimEnd('\n').Split('\n').Select(Cells).ToArray())
        .Where(rows => rows[0][0] == title)
        .SelectMany(rows => rows.Skip(2));

    private static string[] Cells(string line) => [.. CellBorder().Split(line.Trim()[1..^1]).Select(cell => cell.Trim().Replace("\\|", "|"))];

    private static string Anchor(string heading)
    {
        var anchor = new StringBuilder();
        foreach (char letter in LinkPattern().Replace(heading, "]").ToLowerInvariant())
        {
            if (char.IsLetterOrDigit(letter) || letter is '_' or '-')
                anchor.Append(letter);
            else if (letter == ' ')
                anchor.Append('-');
        }

        return anchor.ToString();
    }

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex LinkPattern();

    [GeneratedRegex(@"!\[(?<text>[^\]]*)\]\((?<target>[^)\s]+)\)")]
    private static partial Regex PicturePattern();

    [GeneratedRegex("^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex("`[^`\n]+`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex("^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"(?:^\|.*\n)+", RegexOptions.Multiline)]
    private static partial Regex TablePattern();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex CellBorder();
}
