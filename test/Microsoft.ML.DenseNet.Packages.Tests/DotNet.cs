using System.Diagnostics;

namespace Microsoft.ML.DenseNet.Packages.Tests;

/// <summary>Programs run to their end.</summary>
internal static class DotNet
{
    /// <summary>Runs the SDK.</summary>
    public static string Sdk(string folder, IEnumerable<string> arguments, params (string Name, string? Value)[] environment) =>
        Run("dotnet", folder, arguments, environment);

    /// <summary>Runs a program and returns what it printed.</summary>
    /// <exception cref="AssertFailedException">The exit code is not 0.</exception>
    public static string Run(string program, string folder, IEnumerable<string> arguments, params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, $"{program} {string.Join(' ', start.ArgumentList)}\n{output}\n{errors.Result}");
        return output.ReplaceLineEndings("\n");
    }
}
