using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <summary>Amounts of memory as messages show them.</summary>
internal static class MemoryText
{
    /// <summary>For example <c>1.5 GB</c>; MB below 1 GB.</summary>
    public static string Of(double bytes)
    {
        const double Megabyte = 1 << 20, Gigabyte = 1 << 30;
        return bytes < Gigabyte
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes / Megabyte:0.#} MB")
            : string.Create(CultureInfo.InvariantCulture, $"{bytes / Gigabyte:#,0.#} GB");
    }
}
