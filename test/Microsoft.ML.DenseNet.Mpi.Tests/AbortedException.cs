namespace Microsoft.ML.DenseNet.Mpi.Tests;

/// <summary>What a rank's thread ends with where MPI would kill its process.</summary>
internal sealed class AbortedException(string message) : Exception(message);
