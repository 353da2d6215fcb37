using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <summary>Formats amounts of memory for messages.</summary>
internal static class MemoryText
{
    /// <summary>For example <c>1.5 GB</c>; in MB below 1 GB.</summary>
    public static string Of(double bytes)
    {
        const double Megabyte = 1 << 20, Gigabyte = 1 << 30;
        return bytes < Gigabyte
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes / Megabyte:0.#} MB")
            : string.Create(CultureInfo.InvariantCulture, $"{bytes / Gigabyte:#,0.#} GB");
    }
}
