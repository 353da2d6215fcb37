using System.Reflection;

namespace Microsoft.ML.DenseNet.Samples.Tests;

/// <summary>A sample of this repository, run as a user runs it: as a process, from its own output folder.</summary>
internal sealed class Sample(string name)
{
    /// <summary>The repository's folder.</summary>
    public static string Repository { get; } =
        typeof(Sample).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    /// <summary>The folder of the sample's source.</summary>
    public string SourceFolder { get; } = Path.Combine(Repository, "samples", name);

    /// <summary>The folder that the sample was built into.</summary>
    public string OutputFolder { get; } = Path.Combine(Repository, "samples", name, "bin", Configuration(), "net10.0");

    /// <summary>The sample's program.</summary>
    public string Program => Path.Combine(OutputFolder, $"{name}.dll");

    /// <summary>Runs the sample to its end, from a folder that is not its own, and returns what it printed.</summary>
    /// <exception cref="AssertFailedException">The exit code is not 0.</exception>
    public async Task<string> Run(params string[] arguments)
    {
        var (exitCode, output, errors) = await Start(arguments);
        Assert.AreEqual(0, exitCode, output + errors);
        return output;
    }

    /// <summary>Runs the sample to an end that is a failure, and returns what it printed as errors.</summary>
    /// <exception cref="AssertFailedException">The exit code is not 1, the one of a failure that the sample expects.</exception>
    public async Task<string> RunToFailure(params string[] arguments)
    {
        var (exitCode, output, errors) = await Start(arguments);
        Assert.AreEqual(1, exitCode, output + errors);
        return errors;
    }

    private Task<(int ExitCode, string Output, string Errors)> Start(string[] arguments) => DotNet.Run(Path.GetTempPath(), [Program, .. arguments]);

    /// <summary>Debug or Release, as these tests were built.</summary>
    public static string Configuration() =>
        Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)))!;
}
