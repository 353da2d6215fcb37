namespace Microsoft.ML.DenseNet;

/// <summary>
/// The sums over the bins of a number as a table: they are linear between the places where a bin starts or ends, so a value needs one
/// look-up instead of a visit of each bin.
/// </summary>
internal sealed class BinTable
{
    /// <summary>How far the end of a bin may be from the start of another, in widths of the bin, to be taken for it: a few rounding errors.</summary>
    private const double Tolerance = 2.5e-7;

    private readonly EmbeddedBins _bins;
    private readonly ReadOnlyMemory<float>[] _weights;
    private readonly List<int> _active = [];
    private readonly double[] _full;

    /// <summary>Makes the table of parts that have the same bins of the same number.</summary>
    public BinTable(IReadOnlyList<EmbeddedBins> parts)
    {
        _bins = parts[0];
        _weights = [.. parts.SelectMany(part => part.Weights)];
        _full = new double[_weights.Length];
        var ends = FindEnds();
        Knots = ends.Count == 0 ? [0f] : [.. ends.SelectMany(bin => new[] { bin.Low, bin.High }).Distinct().Order()];
        Base = new float[Knots.Length * Width];
        Slope = new float[Knots.Length * Width];
        Fill(ends);
    }

    /// <summary>The places where the sums change their slopes, ascending; at least one.</summary>
    public float[] Knots { get; }

    /// <summary>The number of sums.</summary>
    public int Width => _weights.Length;

    /// <summary>The sums at each knot, [knots, width]; below the first knot, they are those of the first.</summary>
    public float[] Base { get; }

    /// <summary>The slopes of the sums after each knot, [knots, width]; 0 after the last.</summary>
    public float[] Slope { get; }

    /// <summary>Whether infinity gives NaN, as a bin of factor 0 makes of it.</summary>
    public bool IsUndefinedAtInfinity => _bins.Scale.Span.Contains(0f);

    /// <summary>Where each bin's sum starts and stops changing; bins of factor 0 left out.</summary>
    private List<(int Bin, float Low, float High)> FindEnds()
    {
        var start = _bins.Start.Span;
        float[] starts = start.ToArray();
        Array.Sort(starts);
        var ends = new List<(int, float, float)>();
        for (int bin = 0; bin < start.Length; bin++)
        {
            if (_bins.Scale.Span[bin] == 0)
                continue;
            double width = 1 / (double)_bins.Scale.Span[bin];
            float end = Snap(start[bin] + width, Math.Abs(width) * Tolerance, starts);
            ends.Add((bin, Math.Min(start[bin], end), Math.Max(start[bin], end)));
        }

        return ends;
    }

    /// <summary>The start of a bin next to <paramref name="place"/>, or the first float from there on: every float is then on the right side.</summary>
    private static float Snap(double place, double tolerance, float[] starts)
    {
        int next = Array.BinarySearch(starts, (float)place);
        next = next < 0 ? ~next : next;
        for (int i = Math.Max(next - 1, 0); i < Math.Min(next + 2, starts.Length); i++)
        {
            if (Math.Abs(starts[i] - place) <= tolerance)
                return starts[i];
        }

        float rounded = (float)place;
        return rounded < place ? MathF.BitIncrement(rounded) : rounded;
    }

    private void Fill(List<(int Bin, float Low, float High)> ends)
    {
        var byLow = ends.ToLookup(bin => bin.Low, bin => bin.Bin);
        var byHigh = ends.ToLookup(bin => bin.High, bin => bin.Bin);

        // A bin of negative factor is full before it and empty after it.
        foreach (var (bin, _, _) in ends.Where(bin => _bins.Scale.Span[bin.Bin] < 0))
            AddFull(bin, 1);
        for (int knot = 0; knot < Knots.Length; knot++)
        {
            foreach (int bin in byLow[Knots[knot]])
            {
                _active.Add(bin);
                if (_bins.Scale.Span[bin] < 0)
                    AddFull(bin, -1);
            }

            foreach (int bin in byHigh[Knots[knot]])
            {
                _active.Remove(bin);
                if (_bins.Scale.Span[bin] > 0)
                    AddFull(bin, 1);
            }

            FillRow(knot);
        }
    }

    private void AddFull(int bin, double sign)
    {
        for (int unit = 0; unit < Width; unit++)
            _full[unit] += sign * _weights[unit].Span[bin];
    }

    private void FillRow(int knot)
    {
        for (int unit = 0; unit < Width; unit++)
        {
            double value = _full[unit], slope = 0;
            foreach (int bin in _active)
            {
                double weight = _weights[unit].Span[bin], scale = _bins.Scale.Span[bin];
                value += weight * Math.Clamp(((double)Knots[knot] - _bins.Start.Span[bin]) * scale, 0, 1);
                slope += weight * scale;
            }

            Base[(knot * Width) + unit] = (float)value;
            Slope[(knot * Width) + unit] = (float)slope;
        }
    }
}
