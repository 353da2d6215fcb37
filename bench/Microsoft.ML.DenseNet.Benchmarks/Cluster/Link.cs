namespace Microsoft.ML.DenseNet.Benchmarks.Cluster;

/// <summary>What connects processes.</summary>
/// <param name="Name">How tables call it.</param>
/// <param name="Latency">Seconds from sending a message to its arrival.</param>
/// <param name="Overhead">Seconds that a process spends on each message.</param>
/// <param name="Bandwidth">Bytes a second, in each direction.</param>
internal sealed record Link(string Name, double Latency, double Overhead, double Bandwidth)
{
    /// <summary>Common networks of clusters: Ethernet with TCP, then adapters that MPI drives without the operating system.</summary>
    /// <remarks>Bandwidth is 90 % of the nominal one. Latency and overhead are round figures of such networks, not measurements of ours.</remarks>
    public static Link[] OfClusters { get; } =
    [
        new("1 Gbit/s", 40e-6, 3e-6, 0.9 * 1e9 / 8),
        new("10 Gbit/s", 20e-6, 2e-6, 0.9 * 10e9 / 8),
        new("25 Gbit/s", 5e-6, 1e-6, 0.9 * 25e9 / 8),
        new("100 Gbit/s", 2e-6, 0.5e-6, 0.9 * 100e9 / 8),
    ];
}
