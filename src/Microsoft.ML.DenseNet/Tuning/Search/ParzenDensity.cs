namespace Microsoft.ML.DenseNet;

/// <summary>
/// A density over a range: the mean of a normal distribution around each point, and of a wide one in the middle of the range as the
/// prior, each cut off at the ends of the range. A point's deviation is the distance to its farther neighbor, within limits.
/// </summary>
internal sealed class ParzenDensity
{
    /// <summary>A deviation is at least the range divided by the number of points, and by this number.</summary>
    private const int Finest = 100;

    private readonly double _lower, _upper;
    private readonly double[] _means, _deviations, _masses;

    /// <param name="points">The points.</param>
    /// <param name="lower">The lower end of the range.</param>
    /// <param name="upper">The upper end of the range.</param>
    public ParzenDensity(IReadOnlyCollection<double> points, double lower, double upper)
    {
        (_lower, _upper) = (lower, upper);
        double range = upper - lower, middle = (lower + upper) / 2;
        double least = range / Math.Min(Finest, points.Count + 2);
        double[] sorted = [.. points.Append(middle).Order()];
        int prior = Array.IndexOf(sorted, middle);
        _means = sorted;
        _deviations = new double[sorted.Length];
        for (int i = 0; i < sorted.Length; i++)
        {
            double before = sorted[i] - (i == 0 ? lower : sorted[i - 1]), after = (i == sorted.Length - 1 ? upper : sorted[i + 1]) - sorted[i];
            _deviations[i] = i == prior ? range : Math.Clamp(Math.Max(before, after), least, range);
        }

        _masses = [.. _means.Select((mean, i) => Normal.Mass((lower - mean) / _deviations[i], (upper - mean) / _deviations[i]))];
    }

    /// <summary>Draws a point.</summary>
    public double Draw(TuningRandom random)
    {
        int component = random.Next(_means.Length);
        while (true)
        {
            // At least a third of the draws are inside, because the mean is, and the deviation is at most the range.
            double point = _means[component] + (_deviations[component] * random.NextNormal());
            if (point >= _lower && point <= _upper)
                return point;
        }
    }

    /// <summary>Returns the logarithm of the density at a point of the range.</summary>
    public double LogDensity(double point)
    {
        double sum = 0;
        for (int i = 0; i < _means.Length; i++)
        {
            double z = (point - _means[i]) / _deviations[i];
            sum += Math.Exp(-z * z / 2) / (_deviations[i] * _masses[i]);
        }

        return Math.Log(sum / (_means.Length * Math.Sqrt(2 * Math.PI)));
    }

    /// <summary>Returns the probability of a part of the range.</summary>
    public double Mass(double from, double to)
    {
        double sum = 0;
        for (int i = 0; i < _means.Length; i++)
            sum += Normal.Mass((Math.Max(from, _lower) - _means[i]) / _deviations[i], (Math.Min(to, _upper) - _means[i]) / _deviations[i]) / _masses[i];
        return sum / _means.Length;
    }
}
