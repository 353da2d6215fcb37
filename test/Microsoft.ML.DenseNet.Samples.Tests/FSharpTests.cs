using System.Text.RegularExpressions;

namespace Microsoft.ML.DenseNet.Samples.Tests;

/// <summary>The F# sample prints what its page shows, and the page quotes its source.</summary>
[TestClass]
public sealed class FSharpTests
{
    [TestMethod]
    public async Task FSharp_prints_what_its_README_shows() =>
        ShownOutput.AssertPrinted(await new Sample("FSharp").Run(), "samples/FSharp/README.md");

    [TestMethod]
    public void The_README_quotes_the_pipeline_of_the_program()
    {
        string folder = new Sample("FSharp").SourceFolder;
        string quoted = Regex.Match(Text("README.md"), "```fsharp\n(let pipeline.*?)```", RegexOptions.Singleline).Groups[1].Value;
        Assert.IsGreaterThan(100, quoted.Length);
        Assert.Contains(quoted, Text("Program.fs"));

        string Text(string file) => File.ReadAllText(Path.Combine(folder, file)).ReplaceLineEndings("\n");
    }
}
