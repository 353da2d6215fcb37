namespace Microsoft.ML.DenseNet;

/// <summary>The order of the rows in each epoch.</summary>
/// <param name="count">The number of rows.</param>
/// <param name="seed">Decides the orders.</param>
internal sealed unsafe class RowOrder(long count, int seed)
{
    private readonly Random _shuffler = new(seed);
    private readonly long[] _order = GC.AllocateUninitializedArray<long>(checked((int)count), pinned: true);

    /// <summary>Where the order lies; valid while this lives.</summary>
    public long* Pointer => (long*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(_order));

    /// <summary>The order of the next epoch, in memory that is used again.</summary>
    public long[] Shuffle()
    {
        for (int i = 0; i < _order.Length; i++)
            _order[i] = i;
        _shuffler.Shuffle(_order);
        return _order;
    }
}
