namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>An axis of numbers above 0 on which equal ratios are equal lengths.</summary>
internal sealed class LogScale : AxisScale
{
    private static readonly double[] Steps = [1, 2, 5];

    /// <param name="minimum">The lowest value, above 0.</param>
    /// <param name="maximum">The highest value.</param>
    public LogScale(double minimum, double maximum)
    {
        double low = Math.Log10(minimum), high = Math.Log10(maximum);
        double margin = Math.Max(0.04 * (high - low), 0.02);
        Start = low - margin;
        End = high + margin;
    }

    public override double Place(double value) => Math.Log10(Math.Max(value, double.Epsilon));

    public override IReadOnlyList<(double Place, string Label)> Ticks(int count)
    {
        var all = new List<(double Place, string Label)>();
        for (int power = (int)Math.Floor(Start); power <= Math.Ceiling(End); power++)
        {
            foreach (double step in Steps)
            {
                double place = power + Math.Log10(step);
                if (place >= Start && place <= End)
                    all.Add((place, NumberText.Value(step * Math.Pow(10, power))));
            }
        }

        if (all.Count < 2)
            return [.. new LinearScale(Math.Pow(10, Start), Math.Pow(10, End), margin: 0).Ticks(count).Select(tick => (Place(tick.Place), tick.Label)).Where(tick => tick.Item1 >= Start && tick.Item1 <= End)];
        if (all.Count <= count)
            return all;
        var decades = all.Where(tick => Math.Abs(tick.Place - Math.Round(tick.Place)) < 1e-9).ToList();
        if (decades.Count < 2)
            return all;
        int stride = (decades.Count + count - 1) / count;
        return [.. decades.Where((_, index) => index % stride == 0)];
    }
}
