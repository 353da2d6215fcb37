namespace Microsoft.ML.DenseNet.Tests.Rooms;

/// <summary>A mention of a type in another file.</summary>
internal sealed record SourceReference(string File, int Line, string UsedFile, string Type);
