namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A row of the pages' regression examples.</summary>
public sealed class House
{
    public float Area { get; init; }

    public float Rooms { get; init; }

    public string District { get; init; } = "";

    public float Price { get; init; }
}
