using System.Text.RegularExpressions;

namespace Microsoft.ML.DenseNet.Samples.Tests;

/// <summary>The program without a project runs from its source.</summary>
[TestClass]
public sealed class OneFileTests
{
    private const string Page = "samples/OneFile/README.md";

    [TestMethod]
    public async Task OneFile_prints_what_its_README_shows_and_saves_a_model()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            string output = await Run(folder.FullName);
            ShownOutput.AssertPrinted(output, Page);
            Assert.IsGreaterThan(1000, new FileInfo(Path.Combine(folder.FullName, "model.zip")).Length);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestMethod]
    public void The_README_names_the_packages_of_this_version()
    {
        string page = Text(Page);
        Assert.Contains($"#:package Microsoft.ML.DenseNet@{Property("Directory.Build.props", "Version")}\n", page);
        Assert.Contains($"#:package libtorch-cpu-linux-x64@{Property("Directory.Packages.props", "LibtorchVersion")}\n", page);
        Assert.Contains("#:property PublishAot=false\n", page);
        Assert.Contains("#:property PublishAot=false\n", Text("samples/OneFile/train.cs"));
    }

    /// <summary>Runs the source. The projects that it names were built with this test, and other tests may be using them: they are not built again.</summary>
    private static async Task<string> Run(string folder)
    {
        string source = Path.Combine(Sample.Repository, "samples", "OneFile", "train.cs");
        var (exitCode, output, errors) = await DotNet.Run(
            folder,
            ["run", "-c", Sample.Configuration(), "-p:BuildProjectReferences=false", "-p:UseSharedCompilation=false", source],
            ("MSBUILDDISABLENODEREUSE", "1")); // a server that outlives the build would keep the output open
        Assert.AreEqual(0, exitCode, output + errors);
        return output;
    }

    private static string Text(string path) => File.ReadAllText(Path.Combine(Sample.Repository, path)).ReplaceLineEndings("\n");

    private static string Property(string path, string name) => Regex.Match(Text(path), $"<{name}>(.*)</{name}>").Groups[1].Value;
}
