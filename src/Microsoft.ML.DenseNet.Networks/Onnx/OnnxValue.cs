namespace Microsoft.ML.DenseNet;

/// <summary>An input or output of a graph: a matrix with any number of rows.</summary>
/// <param name="Name">The name by which callers feed or fetch it.</param>
/// <param name="ElementType">The type of its elements.</param>
/// <param name="Width">The number of columns.</param>
internal sealed record OnnxValue(string Name, OnnxElementType ElementType, int Width);
