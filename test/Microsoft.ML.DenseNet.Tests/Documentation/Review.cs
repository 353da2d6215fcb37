namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A row of the pages' text example.</summary>
public sealed class Review
{
    public string Text { get; init; } = "";

    public bool Liked { get; init; }
}
