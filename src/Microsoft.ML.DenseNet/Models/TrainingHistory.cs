using System.Collections;

namespace Microsoft.ML.DenseNet;

/// <summary>The course of a training, epoch by epoch, as plain data. It is saved with the model.</summary>
public sealed class TrainingHistory : IReadOnlyList<EpochRecord>
{
    /// <summary>The most epochs that a history may have.</summary>
    public const int MaximumCount = 100_000;

    private readonly EpochRecord[] _epochs;

    /// <summary>Makes a history of the given epochs.</summary>
    /// <param name="epochs">The records in order, at most <see cref="MaximumCount"/>.</param>
    /// <param name="bestEpoch">The epoch, counted from 1, whose weights the model holds; 0 when there are no epochs.</param>
    /// <param name="stopReason">Why training ended.</param>
    public TrainingHistory(IEnumerable<EpochRecord> epochs, int bestEpoch, StopReason stopReason)
    {
        ArgumentNullException.ThrowIfNull(epochs);
        _epochs = [.. epochs];
        Guard.InRange(_epochs.Length, 0, MaximumCount, "the number of epochs");
        Guard.InRange(bestEpoch, 0, _epochs.Length, nameof(bestEpoch));
        Guard.Defined(stopReason, nameof(stopReason));
        BestEpoch = bestEpoch;
        StopReason = stopReason;
    }

    /// <summary>The epoch, counted from 1, whose weights the model holds; 0 when there are no epochs.</summary>
    public int BestEpoch { get; }

    /// <summary>Why training ended.</summary>
    public StopReason StopReason { get; }

    /// <inheritdoc/>
    public int Count => _epochs.Length;

    /// <inheritdoc/>
    public EpochRecord this[int index] => _epochs[index];

    /// <inheritdoc/>
    public IEnumerator<EpochRecord> GetEnumerator() => ((IEnumerable<EpochRecord>)_epochs).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
