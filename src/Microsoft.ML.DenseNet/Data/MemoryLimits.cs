namespace Microsoft.ML.DenseNet;

/// <summary>How much memory rows may take, in bytes, given the options.</summary>
/// <param name="budget">The option, in MB; null for half of what the process may use.</param>
/// <param name="processes">How many processes that train together divide the machine's memory.</param>
internal sealed class MemoryLimits(int? budget, int processes = 1)
{
    private const long Megabyte = 1 << 20;

    /// <summary>The number of rows used for statistics and initialization; more would hardly change them.</summary>
    private const int MaximumSample = 50_000;

    /// <summary>What this process may use: the machine's memory, or less where a container or .NET's own settings limit it.</summary>
    public static long Available => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>For rows in host memory, including the scaled copy that training reads.</summary>
    public long Host { get; } = budget is { } megabytes ? megabytes * Megabyte : Available / 2 / processes;

    /// <summary>For rows on a training device other than the CPU. Torch does not report a device's memory size, so 4 GB unless set.</summary>
    public long Device { get; } = (budget ?? 4096) * Megabyte;

    /// <summary>For the pool in which a stream is shuffled.</summary>
    public long Pool => Math.Min(Host / 4, 128 * Megabyte);

    /// <summary>The maximum number of rows of a stream that are kept for validation.</summary>
    public int ValidationRows(double rowBytes) => Rows(rowBytes, int.MaxValue / 4);

    /// <summary>The maximum number of rows of a stream that are kept for statistics and initialization.</summary>
    public int SampleRows(double rowBytes) => Rows(rowBytes, MaximumSample);

    /// <summary>While rows are being drawn, up to twice as many are kept.</summary>
    private int Rows(double rowBytes, int most) => (int)Math.Clamp(Math.Min(Host / 16, 64 * Megabyte) / rowBytes, 100, most);
}
