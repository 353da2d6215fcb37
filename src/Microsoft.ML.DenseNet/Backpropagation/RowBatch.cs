namespace Microsoft.ML.DenseNet;

/// <summary>Rows in host memory that a step trains on.</summary>
/// <param name="features">[rows of the data, width], already scaled.</param>
/// <param name="width">The number of features.</param>
/// <param name="labels">One for each row of the data: 0 or 1, a class number, or a number.</param>
/// <param name="weights">One for each row of the data; null for 1 each.</param>
/// <param name="order">The batch's rows in the data; null for the first ones in order.</param>
/// <param name="count">The number of rows in the batch.</param>
internal readonly unsafe struct RowBatch(float* features, int width, float* labels, float* weights, long* order, int count)
{
    public int Count => count;

    /// <summary>A part of the batch.</summary>
    public RowBatch Slice(int first, int rows) => Take(order, first, rows);

    /// <summary>Some of the rows in another order.</summary>
    /// <param name="newOrder">Numbers of rows of the data; null for their own order.</param>
    /// <param name="first">Where the batch begins in that order.</param>
    /// <param name="rows">The number of rows.</param>
    public RowBatch Take(long* newOrder, long first, int rows) => newOrder is null
        ? new RowBatch(features + (first * width), width, labels + first, weights is null ? null : weights + first, null, rows)
        : new RowBatch(features, width, labels, weights, newOrder + first, rows);

    /// <summary>The features of a row of the batch.</summary>
    public ReadOnlySpan<float> Features(int row) => new(features + (Place(row) * width), width);

    public float Label(int row) => labels[Place(row)];

    public float Weight(int row) => weights is null ? 1 : weights[Place(row)];

    private long Place(int row) => order is null ? row : order[row];
}
