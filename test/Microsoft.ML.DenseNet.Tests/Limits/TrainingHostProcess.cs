using System.Diagnostics;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Runs the training host to its end.</summary>
internal static class TrainingHostProcess
{
    /// <summary>What it printed, and how it ended.</summary>
    public sealed record Result(int ExitCode, string Output, string Errors);

    public static async Task<Result> Run(string[] arguments, params (string Name, string Value)[] environment)
    {
        string Beside(string file) => Path.Combine(AppContext.BaseDirectory, file);
        string tests = typeof(TrainingHostProcess).Assembly.GetName().Name!;
        var start = new ProcessStartInfo("dotnet", ["exec", "--depsfile", Beside($"{tests}.deps.json"), "--runtimeconfig", Beside($"{tests}.runtimeconfig.json"), Beside("Microsoft.ML.DenseNet.TrainingHost.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Result(process.ExitCode, output, await errors);
    }
}
