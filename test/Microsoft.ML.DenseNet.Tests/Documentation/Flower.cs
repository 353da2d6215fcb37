namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A row of the README's multiclass snippet.</summary>
internal sealed class Flower
{
    public float PetalLength { get; init; }

    public float PetalWidth { get; init; }

    public string Species { get; init; } = "";
}
