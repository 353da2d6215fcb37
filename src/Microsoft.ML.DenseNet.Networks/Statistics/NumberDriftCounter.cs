using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <summary>Counts a number's values in the bins of its training.</summary>
/// <param name="statistics">Its distribution in training.</param>
/// <param name="name">Its name.</param>
internal sealed class NumberDriftCounter(NumberStatistics statistics, string name) : DriftCounter
{
    private readonly long[] _bins = new long[statistics.Starts.Length];
    private long _rows;
    private long _missing;
    private long _below;
    private long _above;
    private float _minimum = float.PositiveInfinity;
    private float _maximum = float.NegativeInfinity;

    public NumberStatistics Statistics => statistics;

    /// <summary>Counts a value; returns why it is unlike those of the training, null if it is not.</summary>
    public RowFlag? Add(float value)
    {
        _rows++;
        if (float.IsNaN(value))
        {
            _missing++;
            return statistics.MissingShare == 0 ? new RowFlag(name, statistics.Slot, value, RowFlagReason.Missing) : null;
        }

        _minimum = Math.Min(_minimum, value);
        _maximum = Math.Max(_maximum, value);
        if (_bins.Length > 0 && value >= statistics.Minimum && value <= statistics.Maximum)
        {
            _bins[statistics.BinOf(value)]++;
            return null;
        }

        // A number that was always missing in training has no range; any value is above it.
        if (value < statistics.Minimum)
        {
            _below++;
            return new RowFlag(name, statistics.Slot, value, RowFlagReason.BelowRange, statistics.Minimum);
        }

        _above++;
        return new RowFlag(name, statistics.Slot, value, RowFlagReason.AboveRange, statistics.Maximum);
    }

    public override FeatureDrift ToDrift(double trainingRows)
    {
        double[] now = [.. _bins.Select(count => count / (double)_rows), _missing / (double)_rows];
        double[] then = [.. statistics.BinShares, statistics.MissingShare];
        string[] names = [.. Enumerable.Range(0, _bins.Length).Select(BinName), "missing"];
        double below = _below / (double)_rows, above = _above / (double)_rows;
        if (_bins.Length == 0 || statistics.IsConstant)
        {
            // One bin without ends would take in every value: what differs from a constant has bins for itself.
            now = [below, .. now, above];
            then = [0, .. then, 0];
            names = [string.Create(CultureInfo.InvariantCulture, $"below {statistics.Minimum}"), .. names, _bins.Length == 0 ? "not missing" : string.Create(CultureInfo.InvariantCulture, $"above {statistics.Maximum}")];
        }
        else
        {
            now[0] += below;
            now[^2] += above;
        }

        var (index, bins) = StabilityIndex.Of(then, trainingRows, now, _rows);
        return new FeatureDrift
        {
            Name = name,
            Slot = statistics.Slot,
            SlotCount = 1,
            TrainingMissingShare = statistics.MissingShare,
            MissingShare = now[_bins.Length == 0 || statistics.IsConstant ? ^2 : ^1],
            TrainingMinimum = statistics.Minimum,
            TrainingMaximum = statistics.Maximum,
            Minimum = _minimum > _maximum ? float.NaN : _minimum,
            Maximum = _minimum > _maximum ? float.NaN : _maximum,
            OutsideShare = below + above,
            StabilityIndex = index,
            ChanceIndex = StabilityIndex.Chance(bins, trainingRows, _rows),
            Bins = [.. names.Select((bin, i) => new DriftBin(bin, then[i], now[i]))],
        };
    }

    private string BinName(int bin)
    {
        var starts = statistics.BinStarts;
        if (starts.Count == 1)
            return string.Create(CultureInfo.InvariantCulture, $"{starts[0]}");
        if (bin == 0)
            return string.Create(CultureInfo.InvariantCulture, $"below {starts[1]}");
        return bin == starts.Count - 1
            ? string.Create(CultureInfo.InvariantCulture, $"from {starts[bin]}")
            : string.Create(CultureInfo.InvariantCulture, $"{starts[bin]} to below {starts[bin + 1]}");
    }
}
