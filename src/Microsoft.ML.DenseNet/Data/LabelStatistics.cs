using System.Numerics.Tensors;

namespace Microsoft.ML.DenseNet;

/// <summary>What a trainer needs to know about the labels of all training rows.</summary>
/// <param name="classes">The number of classes; 0 where labels are numbers.</param>
internal sealed class LabelStatistics(int classes)
{
    private readonly FeatureMoments _moments = new(1);
    private readonly double[] _classWeights = new double[classes];

    /// <summary>The number of rows.</summary>
    public long Count { get; private set; }

    /// <summary>The sum of the example weights, or the number of rows if there are none.</summary>
    public double WeightSum { get; private set; }

    /// <summary>Whether the rows have weights.</summary>
    public bool HasWeights { get; private set; }

    /// <summary>For each class, the sum of its example weights, or its number of rows if there are none.</summary>
    public IReadOnlyList<double> ClassWeights => _classWeights;

    public float Minimum { get; private set; } = float.PositiveInfinity;

    public float Maximum { get; private set; } = float.NegativeInfinity;

    public static LabelStatistics Of(RowSet rows, int classes)
    {
        var statistics = new LabelStatistics(classes);
        foreach (var block in rows.Blocks)
            statistics.Add(block);
        return statistics;
    }

    public void Add(RowBlock block)
    {
        var labels = block.Labels.Span;
        var weights = block.Weights.Span;
        Count += block.Rows;
        HasWeights |= weights.Length > 0;
        for (int i = 0; i < weights.Length; i++)
            WeightSum += weights[i];
        WeightSum += weights.Length == 0 ? block.Rows : 0;
        Minimum = Math.Min(Minimum, TensorPrimitives.Min(labels));
        Maximum = Math.Max(Maximum, TensorPrimitives.Max(labels));
        if (classes == 0)
        {
            _moments.Add(block with { Features = block.Labels, Sparse = null });
            return;
        }

        for (int i = 0; i < labels.Length; i++)
            _classWeights[(int)labels[i]] += weights.Length == 0 ? 1 : weights[i];
    }

    /// <summary>Writes the statistics for <see cref="Join"/>.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Count);
        writer.Write(WeightSum);
        writer.Write(HasWeights);
        writer.Write(Minimum);
        writer.Write(Maximum);
        writer.Write<double>(_classWeights);
        _moments.Write(writer);
    }

    /// <summary>Adds what other statistics have written.</summary>
    public void Join(BinaryReader reader)
    {
        Count += reader.ReadInt64();
        WeightSum += reader.ReadDouble();
        HasWeights |= reader.ReadBoolean();
        Minimum = Math.Min(Minimum, reader.ReadSingle());
        Maximum = Math.Max(Maximum, reader.ReadSingle());
        TensorPrimitives.Add(_classWeights, reader.ReadArray<double>(), _classWeights);
        _moments.Join(reader);
    }

    /// <summary>The weighted mean and population deviation of numeric labels; the deviation is 0 for a constant label, and 1 if all differences are within rounding.</summary>
    public (float Mean, float Deviation) MeanAndDeviation()
    {
        if (Minimum == Maximum)
            return (Minimum, 0);
        var statistics = _moments.ToStatistics();
        return (statistics.Mean[0], statistics.InverseDeviation[0] == 0 ? 1 : 1 / statistics.InverseDeviation[0]);
    }

    /// <summary>The mean example weight, each multiplied by a factor that depends on its class; null for no factor.</summary>
    public double MeanWeight(Func<float, float>? factor)
    {
        double sum = factor is null ? WeightSum : _classWeights.Select((weight, number) => weight == 0 ? 0 : weight * factor(number)).Sum();
        return sum / Count;
    }
}
