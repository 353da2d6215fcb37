namespace Microsoft.ML.DenseNet;

/// <summary>How much memory rows may take, in bytes, given what the options say.</summary>
/// <param name="budget">The option, in MB; null for half of what the process may use.</param>
internal sealed class MemoryLimits(int? budget)
{
    private const long Megabyte = 1 << 20;

    /// <summary>Rows that statistics and initialization look at; more would hardly change them.</summary>
    private const int MaximumSample = 50_000;

    /// <summary>What this process may use: the machine's memory, or less where a container or .NET's own settings limit it.</summary>
    public static long Available => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Rows in host memory, with the scaled copy that training reads.</summary>
    public long Host { get; } = budget is { } megabytes ? megabytes * Megabyte : Available / 2;

    /// <summary>Rows on a training device that is not the CPU. Torch tells nothing about the size of one, so 4 GB unless said otherwise.</summary>
    public long Device { get; } = (budget ?? 4096) * Megabyte;

    /// <summary>Rows among which a stream is shuffled.</summary>
    public long Pool => Math.Min(Host / 4, 128 * Megabyte);

    /// <summary>The most rows of a stream that are kept to validate on.</summary>
    public int ValidationRows(double rowBytes) => Rows(rowBytes, int.MaxValue / 4);

    /// <summary>The most rows of a stream that are kept for statistics and initialization.</summary>
    public int SampleRows(double rowBytes) => Rows(rowBytes, MaximumSample);

    /// <summary>While rows are drawn, twice as many are kept.</summary>
    private int Rows(double rowBytes, int most) => (int)Math.Clamp(Math.Min(Host / 16, 64 * Megabyte) / rowBytes, 100, most);
}
