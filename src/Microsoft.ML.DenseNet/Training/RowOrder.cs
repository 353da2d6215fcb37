namespace Microsoft.ML.DenseNet;

/// <summary>The order of the rows in each epoch.</summary>
/// <param name="count">The number of rows.</param>
/// <param name="seed">Decides the orders.</param>
internal sealed class RowOrder(long count, int seed)
{
    private readonly Random _shuffler = new(seed);
    private readonly int[] _order = new int[count];

    /// <summary>The order of the next epoch, in memory that is used again.</summary>
    public int[] Shuffle()
    {
        for (int i = 0; i < _order.Length; i++)
            _order[i] = i;
        _shuffler.Shuffle(_order);
        return _order;
    }
}
