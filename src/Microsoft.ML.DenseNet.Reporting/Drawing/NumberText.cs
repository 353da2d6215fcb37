using System.Globalization;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Numbers as people read them, the same in every culture.</summary>
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
    public static string Percent(double share) => double.IsFinite(share) ? (100 * share).ToString("0.#", CultureInfo.InvariantCulture) + " %" : "n/a";

    /// <summary>A tick's label, with the digits that its distance from the next asks for.</summary>
    public static string Tick(double value, double step)
    {
        if (Math.Abs(value) < step / 1e6)
            return "0";
        if (Math.Abs(value) >= 1e6 || step < 1e-4)
            return value.ToString("0.###e0", CultureInfo.InvariantCulture);
        int digits = (int)Math.Max(0, Math.Ceiling(-Math.Log10(step) - 1e-9));
        return value.ToString("#,0." + new string('0', digits), CultureInfo.InvariantCulture);
    }
}
