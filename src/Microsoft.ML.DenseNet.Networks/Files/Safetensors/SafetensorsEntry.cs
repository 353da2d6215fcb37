namespace Microsoft.ML.DenseNet;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its numbers, as the file names it: <c>F32</c>.</param>
/// <param name="Shape">Its shape, row-major.</param>
/// <param name="Begin">The offset of its first byte, from the first byte of all tensors.</param>
/// <param name="End">The offset just past its last byte.</param>
internal sealed record SafetensorsEntry(string Name, string Type, long[] Shape, long Begin, long End)
{
    /// <summary>Type and shape, for messages.</summary>
    public override string ToString() => $"'{NetworkFile.Excerpt(Name)}' ({NetworkFile.Excerpt(Type)} [{string.Join(", ", Shape)}])";
}
