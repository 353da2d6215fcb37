namespace Microsoft.ML.DenseNet.Mpi.Tests;

/// <summary>How a run under mpiexec ended.</summary>
internal sealed record MpiEnd(int ExitCode, string Output, string Errors, TimeSpan Time)
{
    public string Text => $"exit code {ExitCode} after {Time.TotalSeconds:F1} s\n{Output}\n{Errors}";
}
