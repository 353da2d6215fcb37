namespace Microsoft.ML.DenseNet;

/// <summary>Weighted sums of how much a class's output exceeds the mean of the others, over rows of that class or over the rest.</summary>
internal struct LeadMoments
{
    private double _weight, _sum, _squares;
    private long _count;

    private readonly double Mean => _sum / _weight;

    private readonly double SquaredDeviations => Math.Max(0, _squares - (_sum * Mean));

    /// <summary>Adds a row; one without weight does not count.</summary>
    public void Add(double lead, double weight)
    {
        _weight += weight;
        _sum += weight * lead;
        _squares += weight * lead * lead;
        _count += weight > 0 ? 1 : 0;
    }

    /// <summary>Returns the part of the difference between the mean of a class's own rows and that of all rows that may be due to chance.</summary>
    /// <param name="own">The rows of the class.</param>
    /// <param name="rest">The other rows.</param>
    public static double DifferenceDueToChance(LeadMoments own, LeadMoments rest)
    {
        if (own._count == 0 || rest._count == 0)
            return 0;
        double weight = own._weight + rest._weight, difference = own.Mean - rest.Mean;
        double variance = (own.SquaredDeviations + rest.SquaredDeviations) / weight;
        double error = variance * ((1.0 / own._count) + (1.0 / rest._count));
        double share = error == 0 ? 0 : Math.Min(1, error / (difference * difference));
        return share * difference * rest._weight / weight;
    }
}
