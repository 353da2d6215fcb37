using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Blocks of a page that are one program, written as a class whose <c>Run</c> runs their statements.</summary>
/// <remarks>
/// Blocks that begin with a using directive are a whole program: they get what a new project gets, and nothing else. All others also have
/// the library's namespaces and the variables of <see cref="SnippetScene"/>.
/// </remarks>
internal sealed class Snippet(IReadOnlyList<CodeBlock> blocks)
{
    private const string SceneUsings = """
        using Microsoft.ML;
        using Microsoft.ML.Data;
        using Microsoft.ML.DenseNet;
        using Microsoft.ML.DenseNet.Reporting;
        using Microsoft.ML.DenseNet.Tests;
        using TorchSharp;

        """;

    private const string RunOfAwaiting = """
        public override Task Run() => Statements();
        private async Task Statements()
        """;

    private const string RunOfOthers = """
        public override Task Run()
        {
        Statements();
        return Task.CompletedTask;
        }
        private void Statements()
        """;

    /// <summary>The snippets of all pages but the samples', which quote source files.</summary>
    public static IReadOnlyList<Snippet> All { get; } =
        [.. MarkdownPage.All.Where(page => !page.IsOfSample).SelectMany(page => Join(CodeBlock.Of(page)))];

    public MarkdownPage Page => blocks[0].Page;

    /// <summary>The line of the first block's code.</summary>
    public int Line => blocks[0].Line;

    /// <summary>Whether the statements may run.</summary>
    public bool IsRun => blocks.All(block => block.NotRunBecause is null);

    /// <summary>The name of the class, which says where the blocks are.</summary>
    public string ClassName => string.Concat(Page.Path.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_')) + $"_line_{Line}";

    private bool IsWholeProgram => blocks[0].Code.StartsWith("using ", StringComparison.Ordinal) && !blocks[0].Code.StartsWith("using var ", StringComparison.Ordinal);

    /// <summary>Joins blocks with those that they continue.</summary>
    public static IEnumerable<Snippet> Join(IEnumerable<CodeBlock> blocks)
    {
        var joined = new List<List<CodeBlock>>();
        foreach (var block in blocks)
        {
            if (!block.Continues)
                joined.Add([block]);
            else if (joined.Count > 0)
                joined[^1].Add(block);
            else
                throw new FormatException($"{block.Page.Path}({block.Line}): the first block of a page continues none.");
        }

        return joined.Select(group => new Snippet(group));
    }

    /// <summary>The class as C#. Its line directives name the page, so that errors and stack traces do.</summary>
    public string ToSource()
    {
        StringBuilder usings = new(IsWholeProgram ? "" : SceneUsings), statements = new(), types = new();
        bool awaits = false;
        foreach (var block in blocks)
        {
            var unit = (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(block.Code).GetRoot();
            foreach (var directive in unit.Usings)
                Append(usings, block, directive);
            awaits |= unit.Members.OfType<GlobalStatementSyntax>().Any(Awaits);
            foreach (var member in unit.Members)
                Append(member is GlobalStatementSyntax ? statements : types, block, member);
            foreach (string check in block.Checks)
                statements.Append($"#line {block.Line} \"{block.Page.Path}\"\n{nameof(SnippetProgram.Check)}({check}, {SymbolDisplay.FormatLiteral(check, quote: true)});\n");
        }

        return $$"""
            {{usings}}
            namespace DocumentationSnippets
            {
            public sealed class {{ClassName}} : {{(IsWholeProgram ? typeof(SnippetProgram) : typeof(SnippetScene)).FullName}}
            {
            {{(awaits ? RunOfAwaiting : RunOfOthers)}}
            {
            {{statements}}
            }
            {{types}}
            }
            }
            """;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Page.Path}({Line})";

    /// <summary>Whether a statement awaits something itself, not only in a function that it declares.</summary>
    private static bool Awaits(SyntaxNode statement) =>
        statement.DescendantNodes(node => node is not (LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax)).Any(node => node is AwaitExpressionSyntax);

    private static void Append(StringBuilder source, CodeBlock block, SyntaxNode node)
    {
        int line = block.Line + node.SyntaxTree.GetLineSpan(node.FullSpan).StartLinePosition.Line;
        source.Append($"#line {line} \"{block.Page.Path}\"\n").Append(node.ToFullString()).Append('\n');
    }
}
