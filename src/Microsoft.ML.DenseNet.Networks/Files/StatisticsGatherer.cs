namespace Microsoft.ML.DenseNet;

/// <summary>Gathers <see cref="TrainingStatistics"/> of rows and of a network's predictions for them. Every row is counted first; then all of them are offered as a sample, in the same order.</summary>
/// <param name="network">The network.</param>
/// <param name="blocks">The one-hot blocks of its input.</param>
internal sealed class StatisticsGatherer(TrainedNetwork network, IReadOnlyList<SlotRange> blocks)
{
    private readonly StatisticsBuilder _features = new(network.Layout.InputWidth, blocks);
    private readonly PredictionGatherer _predictions = new(network);
    private readonly float[] _prediction = new float[network.Layout.OutputWidth];
    private long _offered;

    /// <summary>The number of rows counted.</summary>
    public long RowCount { get; private set; }

    /// <summary>Counts a row.</summary>
    public void Count(ReadOnlySpan<float> row, double weight)
    {
        _features.Count(row, weight);
        RowCount++;
    }

    /// <inheritdoc cref="Count(ReadOnlySpan{float}, double)"/>
    public void Count(ReadOnlySpan<int> slots, ReadOnlySpan<float> values, double weight)
    {
        _features.Count(slots, values, weight);
        RowCount++;
    }

    /// <summary>Offers the next row for the sample.</summary>
    public void Sample(ReadOnlySpan<float> row, double weight)
    {
        if (!TakesNext())
            return;
        _features.Sample(row, weight);
        network.Predict(row, _prediction);
        _predictions.Add(_prediction, weight);
    }

    /// <inheritdoc cref="Sample(ReadOnlySpan{float}, double)"/>
    public void Sample(ReadOnlySpan<int> slots, ReadOnlySpan<float> values, double weight)
    {
        if (!TakesNext())
            return;
        _features.Sample(slots, values, weight);
        network.Predict(slots, values, _prediction);
        _predictions.Add(_prediction, weight);
    }

    /// <summary>Returns the statistics.</summary>
    public TrainingStatistics Build() => _features.Build().With(_predictions.Build(isHeldOut: false));

    private bool TakesNext() => new StatisticsSample(RowCount).Takes(_offered++);
}
