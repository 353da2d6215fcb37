namespace Microsoft.ML.DenseNet;

/// <summary>Gathers the distribution of predictions.</summary>
/// <param name="network">The network that predicts, or one with its task and outputs.</param>
internal sealed class PredictionGatherer(TrainedNetwork network)
{
    private readonly StatisticsBuilder _builder = network.CreatePredictionBuilder();
    private readonly List<(float Value, double Weight)> _values = [];

    /// <summary>Adds a prediction.</summary>
    /// <param name="prediction">What <see cref="TrainedNetwork.Predict(ReadOnlySpan{float}, Span{float})"/> returns.</param>
    /// <param name="weight">The row's weight.</param>
    public void Add(ReadOnlySpan<float> prediction, double weight)
    {
        int output = network.PredictedOutput(prediction);
        _values.Add((network.Task == LearningTask.MulticlassClassification ? output : prediction[output], weight));
    }

    /// <summary>Returns the distribution; null if no prediction with a weight was added.</summary>
    public PredictionStatistics? Build(bool isHeldOut)
    {
        foreach (var (value, weight) in _values)
            Add(value, weight, _builder.Count, _builder.Count);
        foreach (var (value, weight) in _values)
            Add(value, weight, _builder.Sample, _builder.Sample);
        var statistics = _builder.Build();
        return statistics.RowCount == 0 ? null : new PredictionStatistics(statistics.Features[0], isHeldOut, statistics.EffectiveRows);
    }

    private void Add(float value, double weight, DenseRow dense, StoredRow stored)
    {
        if (network.Task != LearningTask.MulticlassClassification)
            dense([value], weight);
        else if (value < 0)
            stored([], [], weight);
        else
            stored([(int)value], [1], weight);
    }

    private delegate void DenseRow(ReadOnlySpan<float> row, double weight);

    private delegate void StoredRow(ReadOnlySpan<int> slots, ReadOnlySpan<float> values, double weight);
}
