namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The numbers that code tends not to expect.</summary>
internal static class ExtremeValues
{
    private static readonly int[] Integers = [int.MinValue, -1, 0, 1, 2, int.MaxValue];

    private static readonly double[] Reals =
    [
        double.NaN, double.NegativeInfinity, double.PositiveInfinity, double.MinValue, double.MaxValue, -float.MaxValue, float.MaxValue, -1, 1, 1e30,
        -0.0, 0, double.Epsilon, -double.Epsilon, float.Epsilon, 1e-30, 1 - 1e-16,
    ];

    private static readonly TimeSpan[] Spans = [TimeSpan.MinValue, TimeSpan.FromTicks(-1), TimeSpan.Zero, TimeSpan.FromTicks(1), TimeSpan.MaxValue];

    /// <summary>Such numbers of a type.</summary>
    public static IEnumerable<object> Of(Type type) =>
        type == typeof(int) ? Integers.Cast<object>()
        : type == typeof(double) ? Reals.Cast<object>()
        : type == typeof(float) ? Reals.Select(value => (float)value).Distinct().Cast<object>()
        : type == typeof(TimeSpan) ? Spans.Cast<object>()
        : throw new NotSupportedException($"Say in {nameof(ExtremeValues)} which numbers of {type.Name} are extreme.");

    /// <summary>An edge of a range, and the numbers next to it.</summary>
    public static IEnumerable<object> Around(double edge, Type type)
    {
        if (type == typeof(int))
            return new[] { (long)edge - 1, (long)edge, (long)edge + 1 }.Where(value => value is >= int.MinValue and <= int.MaxValue).Select(value => (object)(int)value);
        if (type == typeof(float))
            return new[] { MathF.BitDecrement((float)edge), (float)edge, MathF.BitIncrement((float)edge) }.Cast<object>();
        return type == typeof(double) ? new[] { Math.BitDecrement(edge), edge, Math.BitIncrement(edge) }.Cast<object>() : [];
    }
}
