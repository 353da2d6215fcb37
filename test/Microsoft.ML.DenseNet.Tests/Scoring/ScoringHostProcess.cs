using System.Diagnostics;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Runs the program that only has the scoring package: a process without torch.</summary>
internal static class ScoringHostProcess
{
    /// <summary>Scores rows with a saved model, and returns what the program says of itself.</summary>
    /// <param name="model">The model's file.</param>
    /// <param name="rows">A file of the rows' features, as single-precision numbers.</param>
    /// <param name="width">The features of a row.</param>
    /// <param name="scores">The file that the scores go to.</param>
    /// <param name="column">The column that they are of.</param>
    public static string Run(string model, string rows, int width, string scores, string column = "Score")
    {
        string tests = AppContext.BaseDirectory;
        string host = Path.GetFullPath(Path.Combine(tests.Replace("Microsoft.ML.DenseNet.Tests", "Microsoft.ML.DenseNet.ScoringHost", StringComparison.Ordinal), "Microsoft.ML.DenseNet.ScoringHost.dll"));
        var start = new ProcessStartInfo("dotnet", [host, model, rows, $"{width}", scores, column]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, output + errors.Result);
        return output;
    }
}
