namespace Microsoft.ML.DenseNet;

/// <summary>
/// A few rows, with weights, that stand for the rows a model meets: contributions say how a prediction differs from the average prediction of these. Immutable.
/// </summary>
/// <remarks>
/// Rows of features are raw: as wide as the network's input, before its scaling, with NaN for missing values. A model that stores them
/// (<see cref="TrainedNetwork.Background"/>) discloses them to everyone who has its file.
/// </remarks>
public sealed class BackgroundRows
{
    /// <summary>The largest number of rows.</summary>
    public const int MaximumCount = 1024;

    /// <summary>The most numbers that a model stores: rows times slots or, for sparse rows, their values.</summary>
    public const int MaximumStoredValues = 1 << 20;

    private readonly int[] _starts;
    private readonly int[]? _slots;
    private readonly float[] _values;
    private readonly float[] _weights;

    /// <summary>Copies rows.</summary>
    /// <param name="features">The rows one after the other, row-major, at least one and at most <see cref="MaximumCount"/>. NaN is a missing value.</param>
    /// <param name="width">The number of values in a row; at least 1.</param>
    /// <param name="weights">One positive finite weight for each row; only their ratios matter. Empty for equal weights.</param>
    /// <exception cref="ArgumentException">There are no rows or too many, the last is incomplete, or a weight is missing or not a positive finite number.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="width"/> is below 1.</exception>
    public BackgroundRows(ReadOnlySpan<float> features, int width, ReadOnlySpan<float> weights = default)
    {
        Guard.AtLeast(width, 1, nameof(width));
        if (features.Length % width != 0)
            throw new ArgumentException($"features has {features.Length} values, which is no multiple of the width, {width}.", nameof(features));
        int rows = features.Length / width;
        if (rows is 0 or > MaximumCount)
            throw new ArgumentException($"There are {rows} background rows; there must be from 1 to {MaximumCount}.", nameof(features));
        Width = width;
        _weights = Normalized(weights, rows);
        int filled = 0;
        foreach (float value in features)
            filled += value == 0 ? 0 : 1;
        (_starts, _slots, _values) = 2 * filled < features.Length ? Compress(features, width, filled) : ([], null, features.ToArray());
    }

    /// <summary>Takes ownership of the arrays, which a reader has checked.</summary>
    internal BackgroundRows(int width, int[] starts, int[]? slots, float[] values, float[] weights)
    {
        Width = width;
        (_starts, _slots, _values) = (starts, slots, values);
        _weights = Normalized(weights, weights.Length);
    }

    /// <summary>The number of rows.</summary>
    public int Count => _weights.Length;

    /// <summary>The number of values in a row.</summary>
    public int Width { get; }

    /// <summary>The weight of each row, above 0; they sum to 1.</summary>
    public IReadOnlyList<float> Weights => field ??= _weights.AsReadOnly();

    /// <summary>Whether the rows are stored without their zeros.</summary>
    internal bool IsSparse => _slots is not null;

    /// <summary>Where each sparse row's values start and, as the last entry, where the last row's end; empty for dense rows.</summary>
    internal ReadOnlySpan<int> Starts => _starts;

    /// <summary>The slots of the values of sparse rows.</summary>
    internal ReadOnlySpan<int> Slots => _slots;

    /// <summary>All values, or those of sparse rows that are not 0.</summary>
    internal ReadOnlySpan<float> Values => _values;

    /// <summary>Copies a row, zeros included.</summary>
    /// <param name="row">The row, from 0 to <see cref="Count"/> − 1.</param>
    /// <param name="features">Receives <see cref="Width"/> values.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="ArgumentException"><paramref name="features"/> has another length.</exception>
    public void CopyRow(int row, Span<float> features)
    {
        Guard.InRange(row, 0, Count - 1, nameof(row));
        if (features.Length != Width)
            throw new ArgumentException($"features has {features.Length} values; {Width} are needed.", nameof(features));
        if (_slots is null)
        {
            _values.AsSpan(row * Width, Width).CopyTo(features);
            return;
        }

        features.Clear();
        for (int i = _starts[row]; i < _starts[row + 1]; i++)
            features[_slots[i]] = _values[i];
    }

    /// <summary>Returns the same rows, stored with their zeros.</summary>
    internal BackgroundRows ToDense()
    {
        float[] values = new float[checked(Count * Width)];
        for (int row = 0; row < Count; row++)
            CopyRow(row, values.AsSpan(row * Width, Width));
        return new BackgroundRows(Width, [], null, values, _weights);
    }

    /// <summary>Finds a row without its zeros; false if rows are stored with them.</summary>
    internal bool TrySparseRow(int row, out ReadOnlySpan<int> slots, out ReadOnlySpan<float> values)
    {
        slots = [];
        values = [];
        if (_slots is null)
            return false;
        slots = _slots.AsSpan(_starts[row].._starts[row + 1]);
        values = _values.AsSpan(_starts[row].._starts[row + 1]);
        return true;
    }

    private static float[] Normalized(ReadOnlySpan<float> weights, int rows)
    {
        if (!weights.IsEmpty && weights.Length != rows)
            throw new ArgumentException($"There are {weights.Length} weights for {rows} background rows; there must be one for each, or none.", nameof(weights));
        double sum = 0;
        for (int row = 0; row < weights.Length; row++)
        {
            sum += weights[row] > 0 && float.IsFinite(weights[row])
                ? weights[row]
                : throw new ArgumentException($"The weight of background row {row} is {weights[row]}; it must be a finite number above 0.", nameof(weights));
        }

        float[] normalized = new float[rows];
        for (int row = 0; row < rows; row++)
            normalized[row] = weights.IsEmpty ? 1f / rows : (float)(weights[row] / sum);
        return normalized;
    }

    private static (int[] Starts, int[] Slots, float[] Values) Compress(ReadOnlySpan<float> features, int width, int filled)
    {
        int[] starts = new int[(features.Length / width) + 1], slots = new int[filled];
        float[] values = new float[filled];
        int next = 0;
        for (int i = 0; i < features.Length; i++)
        {
            if (features[i] != 0)
                (slots[next], values[next++]) = (i % width, features[i]);
            starts[(i / width) + 1] = next;
        }

        return (starts, slots, values);
    }
}
