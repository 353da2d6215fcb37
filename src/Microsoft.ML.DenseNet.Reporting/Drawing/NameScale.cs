namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>An axis of names, each one unit wide.</summary>
internal sealed class NameScale : AxisScale
{
    private readonly IReadOnlyList<string> _names;
    private readonly bool _downwards;

    /// <param name="names">The names in order.</param>
    /// <param name="downwards">Whether the first is at the top of a vertical axis.</param>
    /// <param name="areNumbers">Whether the names are consecutive numbers, some of which may be left out rather than turned.</param>
    public NameScale(IReadOnlyList<string> names, bool downwards = false, bool areNumbers = false)
    {
        HasNames = !areNumbers;
        _names = names;
        _downwards = downwards;
        Start = -0.5;
        End = Math.Max(names.Count, 1) - 0.5;
    }

    public override bool HasNames { get; }

    /// <param name="value">The name's number.</param>
    public override double Place(double value) => _downwards ? _names.Count - 1 - value : value;

    public override IReadOnlyList<(double Place, string Label)> Ticks(int count)
    {
        int stride = Math.Max(1, (int)Math.Ceiling(_names.Count / (double)Math.Max(1, count)));
        return [.. _names.Select((name, index) => (Place(index), name)).Where((_, index) => index % stride == 0)];
    }
}
