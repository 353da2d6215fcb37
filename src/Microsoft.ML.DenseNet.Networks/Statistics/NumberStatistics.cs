namespace Microsoft.ML.DenseNet;

/// <summary>How the values of a number were distributed in training. Values that are not finite count as missing. Immutable.</summary>
public sealed class NumberStatistics : SlotStatistics
{
    /// <summary>The maximum number of bins.</summary>
    public const int MaximumBins = 10;

    internal NumberStatistics(int slot, double missingShare, float minimum, float maximum, float[] binStarts, double[] binShares)
        : base(slot, 1)
    {
        MissingShare = missingShare;
        Minimum = minimum;
        Maximum = maximum;
        BinStarts = Array.AsReadOnly(binStarts);
        BinShares = Array.AsReadOnly(binShares);
        Starts = binStarts;
    }

    /// <summary>The share of rows in which the number was missing, from 0 to 1.</summary>
    public double MissingShare { get; }

    /// <summary>The lowest value; NaN if the number was always missing.</summary>
    public float Minimum { get; }

    /// <summary>The highest value; NaN if the number was always missing.</summary>
    public float Maximum { get; }

    /// <summary>
    /// The lowest value of each bin, ascending; empty if the number was always missing. A bin reaches up to the next, without it. Bins hold
    /// about the same share of the rows, as far as equal values allow; a number with up to <see cref="MaximumBins"/> values has a bin for each.
    /// </summary>
    public IReadOnlyList<float> BinStarts { get; }

    /// <summary>The share of all rows in each bin. Together with <see cref="MissingShare"/> they add up to 1.</summary>
    public IReadOnlyList<double> BinShares { get; }

    /// <summary>The starts, for searching.</summary>
    internal float[] Starts { get; }

    /// <summary>Whether the number had one value only.</summary>
    internal bool IsConstant => Minimum == Maximum;

    /// <summary>Returns the bin of a value, which may lie beyond the range: the first bin reaches down and the last one up without end.</summary>
    internal int BinOf(float value) => Math.Max(0, QuantileBins.BinOf(Starts, value));
}
