using System.Diagnostics;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The training host, run as a child process in the tests' own output folder, where libtorch lies.</summary>
internal static class HostProcess
{
    /// <param name="arguments">As the host's Program.cs says.</param>
    /// <param name="environment">Variables to set.</param>
    public static Process Start(IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        string Beside(string file) => Path.Combine(AppContext.BaseDirectory, file);
        string tests = typeof(HostProcess).Assembly.GetName().Name!;
        var start = new ProcessStartInfo("dotnet", ["exec", "--depsfile", Beside($"{tests}.deps.json"), "--runtimeconfig", Beside($"{tests}.runtimeconfig.json"), Beside("Microsoft.ML.DenseNet.TrainingHost.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
