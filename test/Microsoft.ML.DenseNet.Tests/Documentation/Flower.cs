namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A row of the pages' multiclass examples.</summary>
public sealed class Flower
{
    public float PetalLength { get; init; }

    public float PetalWidth { get; init; }

    public string Species { get; init; } = "";
}
