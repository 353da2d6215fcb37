namespace Microsoft.ML.DenseNet.Benchmarks;

/// <summary>A benchmark that runs without BenchmarkDotNet, chosen by the first word of the command line.</summary>
internal interface IVerb
{
    string Usage { get; }

    /// <summary>Runs it and returns the exit code.</summary>
    int Run(string[] args);
}
