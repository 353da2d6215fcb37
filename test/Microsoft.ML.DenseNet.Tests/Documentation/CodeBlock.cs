using System.Text.RegularExpressions;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>
/// A C# block of a page. A comment on the line before the block may say that it <c>continues</c> the block before it, and so shares its
/// variables and types, or that it is <c>not run</c>, and why. Comments on the lines after the block hold what must be true at its end.
/// </summary>
/// <param name="Page">The page.</param>
/// <param name="Line">The line of the first line of code, from 1.</param>
/// <param name="Code">The code.</param>
/// <param name="Continues">Whether it belongs to the block before it.</param>
/// <param name="NotRunBecause">Why it must not be run; null where it is.</param>
/// <param name="Checks">Boolean expressions that must hold after the code has run.</param>
internal sealed partial record CodeBlock(MarkdownPage Page, int Line, string Code, bool Continues, string? NotRunBecause, IReadOnlyList<string> Checks)
{
    private const string NotRun = "not run: ";

    /// <summary>The C# blocks of a page, in order.</summary>
    public static IEnumerable<CodeBlock> Of(MarkdownPage page) => Of(page, page.Text);

    /// <summary>The C# blocks of a text that stands for a page's.</summary>
    public static IEnumerable<CodeBlock> Of(MarkdownPage page, string text) => Block().Matches(text).Select(match =>
    {
        var code = match.Groups["code"];
        int line = 1 + text.AsSpan(0, code.Index).Count('\n');
        string mark = match.Groups["mark"].Value;
        if (mark is not ("" or "continues") && !(mark.StartsWith(NotRun, StringComparison.Ordinal) && mark.Length > NotRun.Length))
            throw new FormatException($"{page.Path}({line}): '{mark}' is not a remark about a block; there are 'continues' and '{NotRun}' with the reason.");
        return new CodeBlock(
            page, line, code.Value,
            Continues: mark == "continues",
            NotRunBecause: mark.StartsWith(NotRun, StringComparison.Ordinal) ? mark[NotRun.Length..] : null,
            Checks: [.. match.Groups["check"].Captures.Select(check => check.Value)]);
    });

    [GeneratedRegex(@"(?:^<!-- snippet: (?<mark>.*) -->\n+)?^```(?:csharp|cs|c\#|C\#)\n(?<code>(?:.*\n)*?)```$(?:\n<!-- check: (?<check>.*) -->$)*", RegexOptions.Multiline)]
    private static partial Regex Block();
}
