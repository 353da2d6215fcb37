using System.Text.RegularExpressions;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Holds the messages that docs/errors.md quotes against the source.</summary>
[TestClass]
public sealed partial class ErrorListTests
{
    private const string Left = "...";

    [TestMethod]
    public void Every_quoted_message_is_in_the_source()
    {
        string source = string.Concat(MarkdownPage.RepositoryFiles("*.cs", "src").Select(file => File.ReadAllText(Path.Combine(MarkdownPage.Root, file))));
        string[] quotes = [.. MarkdownPage.Of("docs/errors.md").TableRows("the message says").Concat(MarkdownPage.Of("docs/errors.md").TableRows("symptom"))
            .SelectMany(row => Quote().Matches(row[0])).Select(match => match.Groups["text"].Value)];
        Assert.IsGreaterThan(10, quotes.Length);

        string[] missing = [.. quotes.SelectMany(quote => quote.Split(Left)).Select(part => part.Trim()).Where(part => part.Length > 0 && !source.Contains(part, StringComparison.Ordinal))];
        Assert.IsEmpty(missing, $"No message says: {string.Join("; ", missing)}");
    }

    [GeneratedRegex("\"(?<text>[^\"]+)\"")]
    private static partial Regex Quote();
}
