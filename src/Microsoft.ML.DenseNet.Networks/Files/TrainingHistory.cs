using System.Collections;

namespace Microsoft.ML.DenseNet;

/// <summary>The course of training, epoch by epoch, as plain data. It is saved with the model.</summary>
public sealed class TrainingHistory : IReadOnlyList<EpochRecord>
{
    /// <summary>The maximum number of epochs in a history.</summary>
    public const int MaximumCount = 100_000;

    private readonly EpochRecord[] _epochs;

    /// <summary>Creates a history of the given epochs.</summary>
    /// <param name="epochs">The records in order, at most <see cref="MaximumCount"/>.</param>
    /// <param name="bestEpoch">The epoch, counted from 1, whose weights the model holds; 0 for the weights at the start.</param>
    /// <param name="stopReason">Why training ended.</param>
    /// <param name="networks">How many networks were trained; the records are their means. At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are more than <see cref="MaximumCount"/> epochs, <paramref name="bestEpoch"/> is not one of them, <paramref name="stopReason"/> is unknown, or <paramref name="networks"/> is below 1.</exception>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public TrainingHistory(IEnumerable<EpochRecord> epochs, int bestEpoch, StopReason stopReason, int networks = 1)
    {
        ArgumentNullException.ThrowIfNull(epochs);
        _epochs = [.. epochs];
        Guard.InRange(_epochs.Length, 0, MaximumCount, "the number of epochs");
        Guard.InRange(bestEpoch, 0, _epochs.Length, nameof(bestEpoch));
        Guard.Defined(stopReason, nameof(stopReason));
        Guard.AtLeast(networks, 1, nameof(networks));
        BestEpoch = bestEpoch;
        StopReason = stopReason;
        Networks = networks;
    }

    /// <summary>
    /// The epoch, counted from 1, whose weights the model holds; 0 for the weights at the start, when there are no epochs or none was better
    /// than an earlier model that was trained further. With several <see cref="Networks"/>, the rounded mean of their best epochs.
    /// </summary>
    public int BestEpoch { get; }

    /// <summary>Why training ended.</summary>
    public StopReason StopReason { get; }

    /// <summary>
    /// How many networks were trained and averaged into the model, usually one, and up to four for the default network. Each epoch's
    /// record is then the mean of those that were still training, except for the seconds, which cover all of them. If rows have times
    /// (TimeColumnName), the records are those of the networks trained on the earlier rows; their training on all rows has none.
    /// </summary>
    public int Networks { get; }

    /// <inheritdoc/>
    public int Count => _epochs.Length;

    /// <inheritdoc/>
    public EpochRecord this[int index] => _epochs[index];

    /// <inheritdoc/>
    public IEnumerator<EpochRecord> GetEnumerator() => ((IEnumerable<EpochRecord>)_epochs).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
