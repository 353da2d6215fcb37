using System.Globalization;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Formats numbers for people, the same in every culture.</summary>
internal static class NumberText
{
    /// <summary>A count, in groups of three digits.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A value to four significant digits.</summary>
    public static string Value(double value)
    {
        if (!double.IsFinite(value))
            return "n/a";
        double size = Math.Abs(value);
        return size switch
        {
            0 => "0",
            >= 1e7 or < 1e-4 => value.ToString("0.###e0", CultureInfo.InvariantCulture),
            >= 1000 => value.ToString("#,0.#", CultureInfo.InvariantCulture),
            _ => value.ToString($"0.{new string('#', Math.Max(0, 3 - (int)Math.Floor(Math.Log10(size))))}", CultureInfo.InvariantCulture),
        };
    }

    /// <summary>A share from 0 to 1 as a percentage.</summary>
    public static string Percent(double share) => double.IsFinite(share) ? WithoutMinusZero((100 * share).ToString("0.#", CultureInfo.InvariantCulture)) + " %" : "n/a";

    /// <summary>Labels of an axis's ticks, with enough digits to distinguish them.</summary>
    /// <param name="values">The ticks.</param>
    /// <param name="step">The distance between them.</param>
    public static IEnumerable<string> Ticks(IReadOnlyList<double> values, double step)
    {
        double largest = values.Select(Math.Abs).DefaultIfEmpty(0).Max();
        int decimals = (int)Math.Max(0, Math.Ceiling(-Math.Log10(step) - 1e-9));
        string plain = "#,0." + new string('0', Math.Min(decimals, 300));
        int significant = largest <= step ? 0 : (int)Math.Ceiling(Math.Log10(largest / step) + 1e-9);
        string exponential = "0." + new string('#', significant) + "e0";

        // An exponent is worth reading only if it saves space.
        const int Short = 9;
        int plainLength = values.Select(value => value.ToString(plain, CultureInfo.InvariantCulture).Length).DefaultIfEmpty(0).Max();
        int exponentialLength = values.Select(value => value.ToString(exponential, CultureInfo.InvariantCulture).Length).DefaultIfEmpty(0).Max();
        string format = plainLength > Short && exponentialLength < plainLength ? exponential : plain;
        return values.Select(value => Math.Abs(value) < step / 1e6 ? "0" : value.ToString(format, CultureInfo.InvariantCulture));
    }

    private static string WithoutMinusZero(string text) => text == "-0" ? "0" : text;
}
