namespace Microsoft.ML.DenseNet;

/// <summary>Gathers <see cref="TrainingStatistics"/> of rows and of a network's predictions for them. Every row is counted first; then all of them are offered as a sample, in the same order.</summary>
/// <param name="network">The network.</param>
/// <param name="blocks">The one-hot blocks of its input.</param>
/// <param name="rows">The number of rows.</param>
internal sealed class StatisticsGatherer(TrainedNetwork network, IReadOnlyList<SlotRange> blocks, long rows)
{
    private readonly StatisticsBuilder _features = new(network.Layout.InputWidth, blocks);
    private readonly PredictionGatherer _predictions = new(network);
    private readonly StatisticsSample _sample = new(rows);
    private readonly float[] _prediction = new float[network.Layout.OutputWidth];

    public void Count(ReadOnlySpan<float> row, double weight) => _features.Count(row, weight);

    public void Count(ReadOnlySpan<int> slots, ReadOnlySpan<float> values, double weight) => _features.Count(slots, values, weight);

    /// <summary>Offers a row for the sample.</summary>
    public void Sample(long number, ReadOnlySpan<float> row, double weight)
    {
        if (!_sample.Takes(number))
            return;
        _features.Sample(row, weight);
        network.Predict(row, _prediction);
        _predictions.Add(_prediction, weight);
    }

    /// <inheritdoc cref="Sample(long, ReadOnlySpan{float}, double)"/>
    public void Sample(long number, ReadOnlySpan<int> slots, ReadOnlySpan<float> values, double weight)
    {
        if (!_sample.Takes(number))
            return;
        _features.Sample(slots, values, weight);
        network.Predict(slots, values, _prediction);
        _predictions.Add(_prediction, weight);
    }

    /// <summary>Returns the statistics.</summary>
    public TrainingStatistics Build() => _features.Build().With(_predictions.Build(isHeldOut: false));
}
