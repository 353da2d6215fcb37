namespace Microsoft.ML.DenseNet.Benchmarks;

/// <summary>A benchmark that runs by its own rules instead of BenchmarkDotNet's, chosen by the first word of the command line.</summary>
internal interface IVerb
{
    string Usage { get; }

    /// <summary>Runs it and returns the exit code.</summary>
    int Run(string[] args);
}
