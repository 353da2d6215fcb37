namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>An axis of numbers.</summary>
internal sealed class LinearScale : AxisScale
{
    private readonly double _minimum;
    private readonly double _maximum;
    private readonly bool _integers;

    /// <param name="minimum">The lowest value.</param>
    /// <param name="maximum">The highest value.</param>
    /// <param name="integers">Whether values are counts.</param>
    /// <param name="margin">The share of the range left free at each end.</param>
    public LinearScale(double minimum, double maximum, bool integers = false, double margin = 0.04)
    {
        // Values that differ only by rounding count as one.
        if (!(maximum - minimum > Math.Max(Math.Abs(maximum), Math.Abs(minimum)) * 1e-12))
        {
            (minimum, maximum) = ((minimum + maximum) / 2, (minimum + maximum) / 2);
            double half = integers ? 0.5 : minimum == 0 ? 0.5 : Math.Abs(minimum) * 0.1;
            (minimum, maximum) = (minimum - half, minimum + half);
        }

        (_minimum, _maximum, _integers) = (minimum, maximum, integers);
        Start = minimum - margin * (maximum - minimum);
        End = maximum + margin * (maximum - minimum);
    }

    /// <summary>An axis that contains all the values; 0.5 around 0 if there are none.</summary>
    /// <param name="values">The values; non-finite ones are ignored.</param>
    /// <param name="withZero">Whether 0 must be on it.</param>
    public static LinearScale Of(IEnumerable<double> values, bool withZero = false)
    {
        var finite = values.Where(double.IsFinite).ToList();
        if (withZero || finite.Count == 0)
            finite.Add(0);
        return new LinearScale(finite.Min(), finite.Max());
    }

    /// <summary>An axis of shares from 0 to 1.</summary>
    public static LinearScale Share() => new(0, 1, margin: 0.02);

    public override IReadOnlyList<(double Place, string Label)> Ticks(int count)
    {
        double step = NiceStep((_maximum - _minimum) / Math.Max(1, count - 1));
        if (_integers)
            return TicksBy(Math.Max(1, step));

        // A single number shows no scale.
        var ticks = TicksBy(step);
        while (ticks.Count < 2)
        {
            step = NiceStep(step / 2.6);
            ticks = TicksBy(step);
        }

        return ticks;
    }

    private List<(double Place, string Label)> TicksBy(double step)
    {
        // A label may be in the margin if it is not a count, but not beyond the axis.
        double from = _integers ? _minimum : Start, to = _integers ? _maximum : End;
        var places = new List<double>();
        for (double index = Math.Ceiling(from / step - 1e-6); index * step <= to + step * 1e-6 && places.Count < 100; index++)
            places.Add(index * step);
        return [.. places.Zip(NumberText.Ticks(places, step))];
    }

    /// <summary>The first of 1, 2, 5, 10, ... that is no smaller.</summary>
    private static double NiceStep(double step)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(step)));
        double factor = step / power;
        return power * (factor <= 1 + 1e-9 ? 1 : factor <= 2 + 1e-9 ? 2 : factor <= 5 + 1e-9 ? 5 : 10);
    }
}
