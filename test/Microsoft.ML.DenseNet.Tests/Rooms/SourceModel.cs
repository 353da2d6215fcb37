using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.ML.DenseNet.Build;

namespace Microsoft.ML.DenseNet.Tests.Rooms;

/// <summary>All source files of src as one compilation, and every reference from one file to a type of another.</summary>
internal sealed class SourceModel
{
    // What ImplicitUsings adds to every project.
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;";

    private readonly string _root;
    private readonly CSharpCompilation _compilation;

    private SourceModel(string root, CSharpCompilation compilation)
    {
        _root = root;
        _compilation = compilation;
    }

    /// <param name="root">The folder of the projects.</param>
    /// <param name="added">Further source files, by their path below the root.</param>
    public static SourceModel Of(string root, params IEnumerable<(string Path, string Text)> added)
    {
        var options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest);
        var trees = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Replace('\\', '/').Contains("/obj/", StringComparison.Ordinal))
            .Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), options, path))
            .Concat(added.Select(file => CSharpSyntaxTree.ParseText(file.Text, options, Path.Combine(root, file.Path))))
            .Append(CSharpSyntaxTree.ParseText(ImplicitUsings, options));
        return new SourceModel(root, CSharpCompilation.Create("src", trees, References(), new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true)));
    }

    /// <summary>Errors other than those of members that a source generator would add.</summary>
    public IEnumerable<string> Errors() => _compilation.GetDiagnostics()
        .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && diagnostic.Id != "CS8795")
        .Select(diagnostic => diagnostic.ToString());

    /// <summary>Every mention of a type that another file declares, or of a member of one.</summary>
    public IEnumerable<SourceReference> References(Func<string, string, bool> isWanted)
    {
        foreach (var tree in _compilation.SyntaxTrees.Where(tree => tree.FilePath.Length > 0))
        {
            string user = Relative(tree);
            var model = _compilation.GetSemanticModel(tree);
            foreach (var name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
            {
                var symbol = model.GetSymbolInfo(name).Symbol;
                var type = (symbol as INamedTypeSymbol ?? symbol?.ContainingType)?.OriginalDefinition;
                foreach (var declaration in type?.DeclaringSyntaxReferences ?? [])
                {
                    if (Relative(declaration.SyntaxTree) is var used && isWanted(user, used))
                        yield return new SourceReference(user, name.GetLocation().GetLineSpan().StartLinePosition.Line + 1, used, type!.Name);
                }
            }
        }
    }

    /// <summary>What the tests themselves run on, ML.NET with its internals public, without our own assemblies.</summary>
    private static IEnumerable<MetadataReference> References()
    {
        string[] paths = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        foreach (string path in paths)
        {
            string name = Path.GetFileNameWithoutExtension(path);
            if (name.StartsWith("Microsoft.ML.DenseNet", StringComparison.Ordinal))
                continue;
            byte[] image = File.ReadAllBytes(path);
            if (name is "Microsoft.ML.Core" or "Microsoft.ML.Data")
                MetadataWidener.Widen(image);
            yield return MetadataReference.CreateFromImage(image);
        }
    }

    private string Relative(SyntaxTree tree) => Path.GetRelativePath(_root, tree.FilePath).Replace('\\', '/');
}
