namespace Microsoft.ML.DenseNet.Benchmarks;

/// <summary>The command line cannot be understood; the message says why, and the verb's usage follows it.</summary>
internal sealed class UsageException(string message) : Exception(message);
