namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A value in TensorBoard's files: a number, a histogram or a text.</summary>
internal sealed class TensorBoardValue
{
    public long Step { get; set; }

    public string Tag { get; set; } = "";

    public float? Number { get; set; }

    public string? Text { get; set; }

    public double Minimum { get; set; }

    public double Maximum { get; set; }

    public double Count { get; set; }

    public double Sum { get; set; }

    public double[] Limits { get; set; } = [];

    public double[]? Buckets { get; set; }
}
