namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A row of the README's regression snippet.</summary>
internal sealed class House
{
    public float Area { get; init; }

    public float Rooms { get; init; }

    public string District { get; init; } = "";

    public float Price { get; init; }
}
