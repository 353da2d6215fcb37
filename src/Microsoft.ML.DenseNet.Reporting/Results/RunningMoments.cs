namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Mean and deviation of values that arrive one by one (Welford 1962).</summary>
internal sealed class RunningMoments
{
    private long _count;
    private long _missing;
    private double _mean;
    private double _squares;
    private double _minimum = double.NaN;
    private double _maximum = double.NaN;

    public void Add(double value)
    {
        if (!double.IsFinite(value))
        {
            _missing++;
            return;
        }

        _count++;
        double off = value - _mean;
        _mean += off / _count;
        _squares += off * (value - _mean);
        _minimum = _count == 1 ? value : Math.Min(_minimum, value);
        _maximum = _count == 1 ? value : Math.Max(_maximum, value);
    }

    public FeatureSummary ToSummary(string name) =>
        new(name, _minimum, _count == 0 ? double.NaN : _mean, Math.Sqrt(_squares / _count), _maximum, _missing);
}
