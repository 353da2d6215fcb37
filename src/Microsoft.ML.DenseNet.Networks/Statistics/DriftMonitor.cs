using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Compares rows with the training rows one by one, as a service meets them: <see cref="Add(ReadOnlySpan{float}, ReadOnlySpan{float})"/>
/// says at once how a row is unlike those of the training, <see cref="ToReport"/> how all of them are distributed. It takes memory for
/// counts only. One thread at a time may use it.
/// </summary>
public sealed class DriftMonitor
{
    /// <summary>The number of flagged rows that a report lists unless told otherwise: 1000.</summary>
    public const int DefaultFlaggedRows = 1000;

    /// <summary>The maximum number of flagged rows that a report lists.</summary>
    public const int MaximumFlaggedRows = 1_000_000;

    private readonly TrainingStatistics _statistics;
    private readonly int _width;
    private readonly int _outputs;
    private readonly Func<ReadOnlySpan<float>, int> _predictedOutput;
    private readonly int _listed;
    private readonly DriftCounter[] _features; // by slot
    private readonly DriftCounter? _prediction;
    private readonly List<FlaggedRow> _flagged = [];
    private readonly List<int> _categories = [];
    private long _flaggedCount;
    private long _predicted;

    internal DriftMonitor(TrainingStatistics statistics, FeatureNaming names, int width, int outputs, Func<ReadOnlySpan<float>, int> predictedOutput, Func<int, string> className, int flaggedRows)
    {
        Guard.InRange(flaggedRows, 0, MaximumFlaggedRows, nameof(flaggedRows));
        _statistics = statistics;
        _width = width;
        _outputs = outputs;
        _predictedOutput = predictedOutput;
        _listed = flaggedRows;
        _features = [.. statistics.Features.Select(feature => DriftCounter.Of(feature, names.Feature(feature), names.Slot))];
        _prediction = statistics.Prediction is { } prediction ? DriftCounter.Of(prediction.Distribution, "prediction", className) : null;
    }

    /// <summary>The number of rows added.</summary>
    public long RowCount { get; private set; }

    /// <summary>Adds a row without its prediction.</summary>
    /// <param name="features">One value for each network input.</param>
    /// <returns>How the row is unlike those of the training, by slot; empty if it is not.</returns>
    /// <exception cref="ArgumentException"><paramref name="features"/> has the wrong length.</exception>
    public IReadOnlyList<RowFlag> Add(ReadOnlySpan<float> features) => Add(features, default(ReadOnlySpan<float>));

    /// <summary>Adds a row.</summary>
    /// <param name="features">One value for each network input.</param>
    /// <param name="prediction">What <see cref="TrainedNetwork.Predict(ReadOnlySpan{float}, Span{float})"/> returned for it, to watch the predictions as well; empty to leave it out.</param>
    /// <returns>How the row is unlike those of the training, by slot; empty if it is not.</returns>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public IReadOnlyList<RowFlag> Add(ReadOnlySpan<float> features, ReadOnlySpan<float> prediction)
    {
        if (features.Length != _width)
            throw new ArgumentException($"{nameof(features)} has {features.Length} values; {_width} are needed.", nameof(features));
        return Add([], features, isSparse: false, prediction);
    }

    /// <summary>Adds a row whose values are mostly 0.</summary>
    /// <param name="indices">The slots that are not 0, ascending, each at least 0 and below the number of inputs.</param>
    /// <param name="values">The values of those slots.</param>
    /// <param name="prediction">The prediction for it; empty to leave it out.</param>
    /// <returns>How the row is unlike those of the training, by slot; empty if it is not.</returns>
    /// <exception cref="ArgumentException">Indices do not ascend or are out of range, or a span has the wrong length.</exception>
    public IReadOnlyList<RowFlag> Add(ReadOnlySpan<int> indices, ReadOnlySpan<float> values, ReadOnlySpan<float> prediction)
    {
        if (values.Length != indices.Length)
            throw new ArgumentException($"{nameof(values)} has {values.Length} values; {indices.Length} are needed, one for each index.", nameof(values));
        if (!SparseIndices.AreInOrder(indices, _width))
        {
            var (bad, previous) = SparseIndices.FirstFault(indices, _width);
            throw new ArgumentException($"Index {bad} follows {previous}; indices must ascend and lie from 0 to {_width - 1}.", nameof(indices));
        }

        return Add(indices, values, isSparse: true, prediction);
    }

    /// <summary>Returns the comparison of all rows added so far.</summary>
    /// <exception cref="InvalidOperationException">There are none.</exception>
    public DriftReport ToReport()
    {
        if (RowCount == 0)
            throw new InvalidOperationException("There are no rows to compare with the training: add some first.");
        double rows = _statistics.EffectiveRows;
        return new DriftReport
        {
            RowCount = RowCount,
            Features = [.. _features.Select(counter => counter.ToDrift(rows)).OrderByDescending(feature => feature.StabilityIndex).ThenBy(feature => feature.Slot)],
            Prediction = _prediction is null || _predicted == 0 ? null : _prediction.ToDrift(_statistics.Prediction!.EffectiveRows),
            FlaggedRowCount = _flaggedCount,
            FlaggedRows = [.. _flagged],
            UncheckedSlots = _statistics.UndescribedSlots,
        };
    }

    private RowFlag[] Add(ReadOnlySpan<int> indices, ReadOnlySpan<float> values, bool isSparse, ReadOnlySpan<float> prediction)
    {
        if (!prediction.IsEmpty && prediction.Length != _outputs)
            throw new ArgumentException($"{nameof(prediction)} has {prediction.Length} values; {_outputs} are needed.", nameof(prediction));
        List<RowFlag>? flags = null;
        int next = 0;
        foreach (var counter in _features)
        {
            var flag = counter is NumberDriftCounter number
                ? number.Add(isSparse ? ValueAt(number.Statistics.Slot, indices, values, ref next) : values[number.Statistics.Slot])
                : AddCategories((CategoryDriftCounter)counter, indices, values, isSparse, ref next);
            if (flag is not null)
                (flags ??= []).Add(flag);
        }

        if (!prediction.IsEmpty)
            AddPrediction(prediction);
        RowCount++;
        if (flags is null)
            return [];
        if (_flaggedCount++ < _listed)
            _flagged.Add(new FlaggedRow(RowCount - 1, flags.AsReadOnly()));
        return [.. flags];
    }

    /// <summary>The value of a slot of a sparse row; slots are looked up in ascending order.</summary>
    private static float ValueAt(int slot, ReadOnlySpan<int> indices, ReadOnlySpan<float> values, ref int next)
    {
        while (next < indices.Length && indices[next] < slot)
            next++;
        return next < indices.Length && indices[next] == slot ? values[next] : 0;
    }

    private RowFlag? AddCategories(CategoryDriftCounter counter, ReadOnlySpan<int> indices, ReadOnlySpan<float> values, bool isSparse, ref int next)
    {
        int start = counter.Statistics.Slot, end = start + counter.Statistics.SlotCount;
        _categories.Clear();
        if (isSparse)
        {
            ValueAt(start, indices, values, ref next);
            for (; next < indices.Length && indices[next] < end; next++)
                AddCategory(indices[next] - start, values[next]);
        }
        else
        {
            for (int slot = start; slot < end; slot++)
                AddCategory(slot - start, values[slot]);
        }

        return counter.Add(CollectionsMarshal.AsSpan(_categories));
    }

    private void AddCategory(int category, float value)
    {
        if (value != 0 && float.IsFinite(value))
            _categories.Add(category);
    }

    private void AddPrediction(ReadOnlySpan<float> prediction)
    {
        _predicted++;
        int output = _predictedOutput(prediction);
        if (_prediction is NumberDriftCounter number)
            number.Add(prediction[output]);
        else if (_prediction is CategoryDriftCounter classes)
            classes.Add(output >= 0 ? [output] : []);
    }
}
