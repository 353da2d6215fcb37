using System.Diagnostics;
using System.Text;

namespace Microsoft.ML.DenseNet.Samples.Tests;

/// <summary>The command dotnet, run to its end.</summary>
internal static class DotNet
{
    /// <summary>Runs dotnet, with output that does not depend on the machine's language.</summary>
    /// <param name="folder">The current folder.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables to set.</param>
    public static Task<(int ExitCode, string Output, string Errors)> Run(string folder, IEnumerable<string> arguments, params (string Name, string Value)[] environment) =>
        Run("dotnet", folder, arguments, environment);

    /// <summary>Runs another command in the same way.</summary>
    /// <param name="command">The command.</param>
    /// <param name="folder">The current folder.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables to set.</param>
    public static async Task<(int ExitCode, string Output, string Errors)> Run(string command, string folder, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            WorkingDirectory = folder,
        };
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output.ReplaceLineEndings("\n"), await errors);
    }
}
