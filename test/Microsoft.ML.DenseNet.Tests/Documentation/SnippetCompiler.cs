using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Compiles snippets into one assembly, as a new project would compile them: nullable, with the SDK's implicit usings.</summary>
internal static class SnippetCompiler
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>Newer assemblies than those a reference was compiled with; every SDK project leaves these warnings out.</summary>
    private static readonly Dictionary<string, ReportDiagnostic> SdkSuppressions = new() { ["CS1701"] = ReportDiagnostic.Suppress, ["CS1702"] = ReportDiagnostic.Suppress };

    private static readonly Lazy<(Assembly? Assembly, IReadOnlyList<string> Problems)> Pages = new(() => Compile(Snippet.All));

    /// <summary>The snippets of all pages.</summary>
    public static Assembly Assembly => Pages.Value.Assembly ?? throw new InvalidOperationException("The code of the pages does not compile.");

    /// <summary>Errors and warnings of all pages, each with page and line.</summary>
    public static IReadOnlyList<string> Problems => Pages.Value.Problems;

    /// <summary>Compiles snippets; the assembly is null where there are errors.</summary>
    public static (Assembly? Assembly, IReadOnlyList<string> Problems) Compile(IEnumerable<Snippet> snippets) =>
        Compile(snippets.Select(snippet => (snippet.ClassName, snippet.ToSource())));

    /// <summary>Compiles source files, each with its name; the assembly is null where there are errors.</summary>
    public static (Assembly? Assembly, IReadOnlyList<string> Problems) Compile(IEnumerable<(string Name, string Source)> files)
    {
        // The name is not one of the library's friends, so snippets see public members only.
        var compilation = CSharpCompilation.Create(
            "DocumentationSnippets",
            [Parse(ImplicitUsings, "ImplicitUsings"), .. files.Select(file => Parse(file.Source, file.Name))],
            References(),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable)
                .WithSpecificDiagnosticOptions(SdkSuppressions));

        using var code = new MemoryStream();
        using var symbols = new MemoryStream();
        var result = compilation.Emit(code, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb));
        string[] problems = [.. result.Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).Select(Text)];
        return (result.Success ? Assembly.Load(code.ToArray(), symbols.ToArray()) : null, problems);
    }

    private static SyntaxTree Parse(string source, string name) => CSharpSyntaxTree.ParseText(source, path: name, encoding: Encoding.UTF8);

    private static IEnumerable<MetadataReference> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Append(typeof(SnippetCompiler).Assembly.Location)
            .DistinctBy(Path.GetFileName)
            .Select(path => MetadataReference.CreateFromFile(path));

    private static string Text(Diagnostic diagnostic)
    {
        var place = diagnostic.Location.GetMappedLineSpan();
        return $"{place.Path}({place.StartLinePosition.Line + 1}): {diagnostic.Id}: {diagnostic.GetMessage()}";
    }
}
