namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Compiles and runs the C# of README.md, docs/ and the packages' readmes; <see cref="MarkdownTests"/> has the samples'.</summary>
[TestClass]
public sealed class SnippetTests
{
    public static IEnumerable<object[]> Runnable() => Snippet.All.Where(snippet => snippet.IsRun).Select(snippet => new object[] { snippet.ToString(), snippet.ClassName });

    [TestMethod]
    public void All_code_compiles_without_warnings() => Assert.IsEmpty(SnippetCompiler.Problems, string.Join('\n', SnippetCompiler.Problems));

    [TestMethod]
    [DynamicData(nameof(Runnable))]
    public async Task The_code_runs(string place, string className)
    {
        var program = (SnippetProgram)Activator.CreateInstance(SnippetCompiler.Assembly.GetType($"DocumentationSnippets.{className}", throwOnError: true)!)!;
        using var folder = new TemporaryFolder();
        SnippetScene.WriteFiles(folder.FullName);
        string before = Environment.CurrentDirectory;
        var console = Console.Out;
        try
        {
            Environment.CurrentDirectory = folder.FullName;
            Console.SetOut(TextWriter.Null);
            await program.Run();
        }
        catch (Exception exception) when (exception is not AssertFailedException)
        {
            throw new AssertFailedException($"The code at {place} failed: {exception.Message}", exception);
        }
        finally
        {
            Console.SetOut(console);
            Environment.CurrentDirectory = before;
        }
    }

    [TestMethod]
    public void An_error_is_told_by_page_and_line()
    {
        var (assembly, problems) = SnippetCompiler.Compile(Snippets("""
            # A page

            ```csharp
            var trainer = mlContext.Regression.Trainers.DenseNet();
            // A member that is not public:
            var loss = new Loss("", null, null);
            ```
            """));

        Assert.IsNull(assembly);
        Assert.StartsWith("README.md(6): CS", problems.Single());
    }

    [TestMethod]
    public void A_check_that_does_not_hold_fails()
    {
        var (assembly, problems) = SnippetCompiler.Compile(Snippets("""
            ```csharp
            int one = 1;
            ```
            <!-- check: one == 1 -->
            <!-- check: one == 2 -->
            """));
        Assert.IsEmpty(problems, string.Join('\n', problems));

        var program = (SnippetProgram)Activator.CreateInstance(assembly!.ExportedTypes.Single())!;
        var failure = Assert.ThrowsExactly<AssertFailedException>(() => program.Run());
        Assert.Contains("one == 2", failure.Message);
    }

    [TestMethod]
    public async Task Code_may_await()
    {
        var (assembly, problems) = SnippetCompiler.Compile(Snippets("""
            ```csharp
            await Task.Yield();
            ```
            <!-- check: false -->
            """));
        Assert.IsEmpty(problems, string.Join('\n', problems));

        var program = (SnippetProgram)Activator.CreateInstance(assembly!.ExportedTypes.Single())!;
        await Assert.ThrowsExactlyAsync<AssertFailedException>(program.Run);
    }

    [TestMethod]
    public void Blocks_that_continue_share_variables_and_types()
    {
        var snippets = Snippets("""
            ```csharp
            internal sealed record Pair(int Left, int Right);
            ```

            <!-- snippet: continues -->
            ```csharp
            var pair = new Pair(1, 2);
            ```

            <!-- snippet: not run: it would fail -->
            ```csharp
            throw new InvalidOperationException();
            ```
            """);

        Assert.HasCount(2, snippets);
        Assert.IsTrue(snippets[0].IsRun);
        Assert.IsFalse(snippets[1].IsRun);
        Assert.IsEmpty(SnippetCompiler.Compile(snippets).Problems);
    }

    [TestMethod]
    [DataRow("skip")]
    [DataRow("not run: ")]
    public void A_remark_that_is_not_known_is_refused(string remark) =>
        Assert.ThrowsExactly<FormatException>(() => Snippets($"<!-- snippet: {remark} -->\n```csharp\nint one = 1;\n```"));

    private static Snippet[] Snippets(string text) => [.. Snippet.Join(CodeBlock.Of(MarkdownPage.Of("README.md"), text))];
}
