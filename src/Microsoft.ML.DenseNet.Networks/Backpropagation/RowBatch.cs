namespace Microsoft.ML.DenseNet;

/// <summary>Rows in host memory that a step trains on.</summary>
/// <param name="features">[rows of the data, width], already scaled; null if <paramref name="sparse"/> has them.</param>
/// <param name="width">The number of features.</param>
/// <param name="labels">One per row of the data: 0 or 1, a class number, or a number.</param>
/// <param name="weights">One per row of the data; null if all are 1.</param>
/// <param name="order">The batch's rows as row numbers in the data; null for consecutive rows in order.</param>
/// <param name="count">The number of rows in the batch.</param>
/// <param name="sparse">The features of all rows of the data without their zeros, already scaled; null for dense ones.</param>
/// <param name="first">The batch's first row in <paramref name="sparse"/>, if there is no order.</param>
internal readonly unsafe struct RowBatch(float* features, int width, float* labels, float* weights, long* order, int count, SparseTable? sparse = null, long first = 0)
{
    public int Count => count;

    public bool IsSparse => sparse is not null;

    /// <summary>The place of each row in the batch of several processes; null if these rows are the whole batch.</summary>
    public int[]? Places { get; init; }

    /// <summary>Returns a part of the batch.</summary>
    public RowBatch Slice(int start, int rows) => Take(order, start, rows);

    /// <summary>Returns a batch of some of the rows in another order.</summary>
    /// <param name="newOrder">Row numbers in the data; null for the data's own order.</param>
    /// <param name="start">Where the batch begins in that order.</param>
    /// <param name="rows">The number of rows.</param>
    public RowBatch Take(long* newOrder, long start, int rows) => newOrder is null
        ? new RowBatch(features is null ? null : features + (start * width), width, labels + start, weights is null ? null : weights + start, null, rows, sparse, first + start)
        : new RowBatch(features, width, labels, weights, newOrder + start, rows, sparse);

    /// <summary>The features of a dense row of the batch.</summary>
    public ReadOnlySpan<float> Features(int row) => new(features + (Place(row) * width), width);

    /// <summary>The features of a sparse row of the batch.</summary>
    public void SparseFeatures(int row, out ReadOnlySpan<int> slots, out ReadOnlySpan<float> values) =>
        sparse!.Row(order is null ? first + row : order[row], out slots, out values);

    /// <summary>Where the values of a sparse row are: the block, and their start and end in it.</summary>
    public SparseRows Locate(int row, out int start, out int end) => sparse!.Locate(order is null ? first + row : order[row], out start, out end);

    /// <summary>Prefetches a sparse row.</summary>
    public void Prefetch(int row) => sparse!.Prefetch(order is null ? first + row : order[row]);

    public float Label(int row) => labels[Place(row)];

    public float Weight(int row) => weights is null ? 1 : weights[Place(row)];

    private long Place(int row) => order is null ? row : order[row];
}
