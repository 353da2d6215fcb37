namespace Microsoft.ML.DenseNet;

/// <summary>A message on its way.</summary>
/// <param name="Request">MPI's handle.</param>
/// <param name="Other">The process that sends or receives it.</param>
internal readonly record struct MpiTransfer(int Request, int Other);
