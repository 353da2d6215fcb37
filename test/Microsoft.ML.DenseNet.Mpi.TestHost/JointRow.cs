using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Mpi.TestHost;

/// <summary>A row with a label for each task, and what may weigh, order or group it.</summary>
internal sealed class JointRow
{
    public const int WordCount = 5000;

    [VectorType(6)]
    public float[] Features { get; set; } = [];

    public bool Flag { get; set; }

    public float Number { get; set; }

    public float Weight { get; set; }

    public float Moment { get; set; }

    [KeyType(37)]
    public uint Group { get; set; }

    [KeyType(5)]
    public uint Kind { get; set; }

    [VectorType(WordCount)]
    public VBuffer<float> Words { get; set; }
}
