using System.ComponentModel;
using System.Diagnostics;

namespace Microsoft.ML.DenseNet.Mpi.Tests;

/// <summary>The test host under mpiexec.</summary>
internal static class MpiProcess
{
    private static readonly Lazy<string?> Missing = new(Find);

    /// <summary>Starts the host on some ranks; the test is inconclusive without an mpiexec of MPICH's family.</summary>
    public static Process Start(int ranks, params string[] arguments)
    {
        if (Missing.Value is { } reason)
            Assert.Inconclusive(reason);
        return Start("mpiexec", ["-n", $"{ranks}", "dotnet", .. Host, .. arguments]);
    }

    /// <summary>Runs the host without mpiexec.</summary>
    public static MpiEnd RunAlone(string[] arguments, params (string Name, string? Value)[] environment) => End(Start("dotnet", [.. Host, .. arguments], environment));

    /// <summary>Runs the host to its end.</summary>
    public static MpiEnd Run(int ranks, params string[] arguments) => End(Start(ranks, arguments));

    /// <summary>Waits for the end of a process.</summary>
    public static MpiEnd End(Process process)
    {
        using (process)
        {
            var clock = Stopwatch.StartNew();
            var errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return new MpiEnd(process.ExitCode, output, errors.Result, clock.Elapsed);
        }
    }

    private static string[] Host
    {
        get
        {
            string Beside(string file) => Path.Combine(AppContext.BaseDirectory, file);
            string tests = typeof(MpiProcess).Assembly.GetName().Name!;
            return ["exec", "--depsfile", Beside($"{tests}.deps.json"), "--runtimeconfig", Beside($"{tests}.runtimeconfig.json"), Beside("Microsoft.ML.DenseNet.Mpi.TestHost.dll")];
        }
    }

    private static Process Start(string program, string[] arguments, params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static string? Find()
    {
        try
        {
            string version = End(Start("mpiexec", ["--version"])).Output;
            return version.Contains("HYDRA", StringComparison.OrdinalIgnoreCase) || version.Contains("Intel(R) MPI", StringComparison.Ordinal)
                ? null
                : $"The mpiexec of this machine is not one of MPICH's family: {version.Split('\n')[0]}. Install mpich.";
        }
        catch (Win32Exception)
        {
            return "This machine has no mpiexec: install MPICH (Debian and Ubuntu: apt-get install mpich).";
        }
    }
}
