using System.Buffers;

namespace Microsoft.ML.DenseNet;

/// <content>Statistics of the training rows, and comparison of other rows with them.</content>
public sealed partial class TrainedNetwork
{
    /// <summary>Rows predicted at a time for a check.</summary>
    private const int CheckedRows = 256;

    /// <summary>
    /// What the training rows looked like, for <see cref="Check"/>; null unless the trainer's option <c>StoreStatistics</c> was on or
    /// <see cref="WithStatistics"/> added them.
    /// </summary>
    public TrainingStatistics? Statistics { get; internal init; }

    /// <summary>Returns the same network with other statistics, or without any: they hold single values of the training rows.</summary>
    /// <param name="statistics">Those of rows as wide as the network's input, from <see cref="ComputeStatistics"/>; null to remove them.</param>
    /// <exception cref="ArgumentException">The statistics are of rows of another width or of another task's predictions.</exception>
    public TrainedNetwork WithStatistics(TrainingStatistics? statistics)
    {
        if (statistics is not null)
        {
            int width = statistics.UndescribedSlots + statistics.Features.Sum(feature => feature.SlotCount);
            if (width != Layout.InputWidth)
                throw new ArgumentException($"The statistics are of rows with {width} features; the network reads {Layout.InputWidth}.", nameof(statistics));
            var expected = EmptyPrediction();
            if (statistics.Prediction?.Distribution is { } prediction && (prediction.GetType() != expected.GetType() || prediction.SlotCount != expected.SlotCount))
                throw new ArgumentException($"The statistics' predictions are not those of a network for {Task} with {Layout.OutputWidth} outputs.", nameof(statistics));
        }

        return new TrainedNetwork(this, History, Signature) { Statistics = statistics };
    }

    /// <summary>Computes the statistics of rows, and of the network's predictions for them, as the trainer's option <c>StoreStatistics</c> does: for a model trained without it.</summary>
    /// <param name="features">The rows, row-major, each as wide as the network's input: those that the network was trained on.</param>
    /// <param name="rows">The number of rows, at least 1.</param>
    /// <param name="weights">The weight of each row, at least 0 and finite; empty for 1 each.</param>
    /// <param name="categories">The one-hot blocks besides those of <see cref="CategoryColumns"/>, ascending, without overlap; null for none. Other slots are taken for numbers.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/> is below 1.</exception>
    /// <exception cref="ArgumentException">A span's length does not match, a weight is negative or not finite, or blocks overlap or do not fit.</exception>
    public TrainingStatistics ComputeStatistics(ReadOnlySpan<float> features, int rows, ReadOnlySpan<float> weights = default, IReadOnlyList<SlotRange>? categories = null)
    {
        Guard.AtLeast(rows, 1, nameof(rows));
        CheckLength(features.Length, (long)rows * Layout.InputWidth, nameof(features));
        if (!weights.IsEmpty)
            CheckLength(weights.Length, rows, nameof(weights));
        foreach (float weight in weights)
        {
            if (!(weight >= 0 && float.IsFinite(weight)))
                throw new ArgumentException($"A weight is {weight}; weights must be finite and at least 0.", nameof(weights));
        }

        int width = Layout.InputWidth;
        var gatherer = CreateStatisticsGatherer(categories ?? []);
        for (int row = 0; row < rows; row++)
            gatherer.Count(features.Slice(row * width, width), weights.IsEmpty ? 1 : weights[row]);
        for (int row = 0; row < rows; row++)
            gatherer.Sample(features.Slice(row * width, width), weights.IsEmpty ? 1 : weights[row]);
        return gatherer.Build();
    }

    /// <summary>
    /// Compares rows with those that the network was trained on: each feature's missing share, range and distribution, the predictions, and
    /// which rows are outside the training range or have unseen categories.
    /// </summary>
    /// <param name="features">The rows, row-major, each as wide as the network's input.</param>
    /// <param name="rows">The number of rows, at least 1. The fewer they are, the more an index owes to chance: <see cref="FeatureDrift.ChanceIndex"/>.</param>
    /// <param name="flaggedRows">How many of the rows that are unlike the training to list, from 0 to <see cref="DriftMonitor.MaximumFlaggedRows"/>; all are counted.</param>
    /// <exception cref="InvalidOperationException">The network has no <see cref="Statistics"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException"><paramref name="features"/> has the wrong number of values.</exception>
    public DriftReport Check(ReadOnlySpan<float> features, int rows, int flaggedRows = DriftMonitor.DefaultFlaggedRows)
    {
        var monitor = CreateDriftMonitor(flaggedRows);
        Guard.AtLeast(rows, 1, nameof(rows));
        CheckLength(features.Length, (long)rows * Layout.InputWidth, nameof(features));
        bool predicts = Statistics!.Prediction is not null;
        int width = Layout.InputWidth, outputs = predicts ? Layout.OutputWidth : 0;
        float[] predictions = ArrayPool<float>.Shared.Rent(Math.Min(rows, CheckedRows) * outputs);
        for (int start = 0, count; start < rows; start += count)
        {
            count = Math.Min(CheckedRows, rows - start);
            if (predicts)
                PredictBlock(features.Slice(start * width, count * width), count, predictions.AsSpan(0, count * outputs));
            for (int row = 0; row < count; row++)
                monitor.Add(features.Slice((start + row) * width, width), predictions.AsSpan(row * outputs, outputs));
        }

        ArrayPool<float>.Shared.Return(predictions);
        return monitor.ToReport();
    }

    /// <summary>Creates what compares rows with the training rows one by one, as a service meets them.</summary>
    /// <param name="flaggedRows">How many of the rows that are unlike the training its report lists, from 0 to <see cref="DriftMonitor.MaximumFlaggedRows"/>.</param>
    /// <exception cref="InvalidOperationException">The network has no <see cref="Statistics"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="flaggedRows"/> is out of its range.</exception>
    public DriftMonitor CreateDriftMonitor(int flaggedRows = DriftMonitor.DefaultFlaggedRows)
    {
        var statistics = Statistics ?? throw new InvalidOperationException(
            "The network has no statistics of its training rows to compare with: train it with the option StoreStatistics, or add them with WithStatistics(ComputeStatistics(...)) of the training rows.");
        return new DriftMonitor(statistics, Naming, Layout.InputWidth, Layout.OutputWidth, PredictedOutput, number => ClassNames?[number] ?? $"class {number}", flaggedRows);
    }

    /// <summary>Names the features for people.</summary>
    internal FeatureNaming Naming => new(FeatureNames, KeyBlocks().ToDictionary(block => block.Range.Start, block => block.Name));

    /// <summary>Creates what gathers statistics of rows for this network.</summary>
    /// <param name="categories">The one-hot blocks of the feature column.</param>
    internal StatisticsGatherer CreateStatisticsGatherer(IReadOnlyList<SlotRange> categories)
    {
        SlotRange[] blocks = [.. categories, .. KeyBlocks().Where(block => categories.All(other => other.Start != block.Range.Start)).Select(block => block.Range)];
        int end = 0;
        foreach (var block in blocks)
        {
            if (block.Start < end || block.Count < 1 || block.Count > Layout.InputWidth - block.Start)
                throw new ArgumentException($"The one-hot block {block} overlaps another, is not in order, or does not fit {Layout.InputWidth} inputs.", nameof(categories));
            end = block.End;
        }

        return new StatisticsGatherer(this, blocks);
    }

    /// <summary>The builder of the statistics of predictions: a number, or a one-hot block of classes.</summary>
    internal StatisticsBuilder CreatePredictionBuilder() => Task == LearningTask.MulticlassClassification
        ? new StatisticsBuilder(Layout.OutputWidth, [new SlotRange(0, Layout.OutputWidth)])
        : new StatisticsBuilder(1, []);

    private SlotStatistics EmptyPrediction() => CreatePredictionBuilder().Build().Features[0];

    private IEnumerable<(SlotRange Range, string Name)> KeyBlocks()
    {
        int start = FeatureColumnWidth;
        foreach (var column in CategoryColumns)
        {
            for (int slot = 0; slot < column.SlotCount; slot++, start += column.KeyCount)
                yield return (new SlotRange(start, column.KeyCount), column.SlotCount == 1 ? column.Name : $"{column.Name}.[{slot}]");
        }
    }
}
