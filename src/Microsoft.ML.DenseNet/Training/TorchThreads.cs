using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Sets how many threads torch uses during a training run. The number is process-wide: when several runs overlap, the number from
/// before the first is restored after the last, and runs that torch computes with different numbers disturb each other's last bits.
/// </summary>
internal sealed class TorchThreads : IDisposable
{
    private static readonly Lock Gate = new();
    private static int _active;
    private static int _before;

    /// <param name="count">The number of threads; null for the number from before.</param>
    public TorchThreads(int? count)
    {
        lock (Gate)
        {
            if (_active++ == 0)
                _before = get_num_threads();
            set_num_threads(count ?? _before);
        }
    }

    /// <summary>
    /// One thread for steps so small that waking others and waiting for them costs more than it saves; otherwise null, torch's default.
    /// </summary>
    /// <param name="layout">The network.</param>
    /// <param name="batch">Rows per step.</param>
    public static int? Suitable(NetworkLayout layout, long batch)
    {
        const double WorthSharing = 5e6; // measured: below it two cores are slower than one, and far slower when busy
        return 2 * 3 * Products(layout) * batch < WorthSharing ? 1 : null;
    }

    /// <summary>The number of weights that a row is multiplied by.</summary>
    public static double Products(NetworkLayout layout) =>
        layout.Tensors.Where(place => place.IsTrained && place.Shape.Count == 2).Sum(place => (double)place.Count) * layout.Members;

    public void Dispose()
    {
        lock (Gate)
        {
            if (--_active == 0)
                set_num_threads(_before);
        }
    }
}
