namespace Microsoft.ML.DenseNet;

/// <summary>The order of the rows in each epoch.</summary>
/// <param name="count">The number of rows.</param>
/// <param name="seed">The seed of the orders.</param>
internal sealed unsafe class RowOrder(long count, int seed)
{
    private readonly Random _shuffler = new(seed);
    private readonly long[] _order = GC.AllocateUninitializedArray<long>(checked((int)count), pinned: true);

    /// <summary>Points to the order; valid while this instance lives.</summary>
    public long* Pointer => (long*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(_order));

    /// <summary>Returns the order of the next epoch, in reused memory.</summary>
    public long[] Shuffle()
    {
        for (int i = 0; i < _order.Length; i++)
            _order[i] = i;
        _shuffler.Shuffle(_order);
        return _order;
    }
}
