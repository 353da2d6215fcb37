using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Memory for the rows of a batch, refilled for each one so that no step creates tensors.</summary>
/// <remarks>The tensors are on the CPU, contiguous, and belong to the dispose scope in which the buffer is created.</remarks>
internal sealed unsafe class BatchBuffer
{
    private readonly TrainingRows _rows;
    private readonly float* _features;
    private readonly float* _numbers;
    private readonly long* _classes;
    private readonly float* _weights;
    private readonly int _width;
    private readonly int _capacity;
    private readonly bool _writesZeros;
    private readonly SparseScaling _scaling;
    private readonly int[] _starts;
    private int[] _slots = [];
    private float[] _values = [];

    /// <param name="task">Decides the targets' type and shape.</param>
    /// <param name="capacity">The maximum number of rows.</param>
    /// <param name="width">The number of features.</param>
    /// <param name="hasWeights">Whether rows have weights.</param>
    /// <param name="isSparse">Whether rows arrive without their zeros; they are then also kept that way.</param>
    /// <param name="writesZeros">Whether features are written out with their zeros; otherwise the tensor of features has no columns.</param>
    /// <param name="scaling">The scaling of sparse rows; null for none.</param>
    public BatchBuffer(LearningTask task, int capacity, int width, bool hasWeights, bool isSparse = false, bool writesZeros = true, SparseScaling? scaling = null)
    {
        _writesZeros = writesZeros;
        _scaling = scaling ?? SparseScaling.None;
        _starts = isSparse ? new int[capacity + 1] : [];
        _capacity = capacity;
        _width = width;
        bool isMulticlass = task == LearningTask.MulticlassClassification;
        long[] shape = isMulticlass ? [capacity] : [capacity, 1];
        var labels = empty(capacity, ScalarType.Float32);
        _rows = new TrainingRows(
            empty(capacity, writesZeros ? width : 0, ScalarType.Float32),
            isMulticlass ? empty(shape, ScalarType.Int64) : labels.unsqueeze(1),
            hasWeights ? empty(shape, ScalarType.Float32) : null)
        {
            Labels = labels,
        };
        _features = (float*)TensorMemory.Pointer(_rows.Features);
        _numbers = (float*)TensorMemory.Pointer(labels);
        if (isMulticlass)
            _classes = (long*)TensorMemory.Pointer(_rows.Targets);
        if (_rows.Weights is { } weights)
            _weights = (float*)TensorMemory.Pointer(weights);
    }

    /// <summary>The number of rows filled.</summary>
    public int Count { get; set; }

    /// <summary>Sets the features of a sparse row. Rows are set in ascending order.</summary>
    public void SetSparse(int row, ReadOnlySpan<int> slots, ReadOnlySpan<float> values)
    {
        int start = _starts[row], most = start + _scaling.MostValues(slots.Length);
        if (_values.Length < most)
        {
            Array.Resize(ref _slots, 2 * most);
            Array.Resize(ref _values, 2 * most);
        }

        _starts[row + 1] = start + _scaling.Apply(slots, values, _slots.AsSpan(start), _values.AsSpan(start));
        if (!_writesZeros)
            return;
        var dense = Features(row);
        dense.Clear();
        for (int i = 0; i < slots.Length; i++)
            dense[slots[i]] = values[i];
    }

    /// <summary>The features of a row.</summary>
    public Span<float> Features(int row) => new(_features + ((nint)row * _width), _width);

    public void SetTarget(int row, float label)
    {
        _numbers[row] = label;
        if (_classes is not null)
            _classes[row] = (long)label;
    }

    /// <param name="row">The row.</param>
    /// <param name="weight">Its weight; unused if rows have none.</param>
    public void SetWeight(int row, float weight)
    {
        if (_weights is not null)
            _weights[row] = weight;
    }

    /// <summary>The first <see cref="Count"/> rows as tensors.</summary>
    public TrainingRows ToRows()
    {
        var rows = Count == _capacity ? _rows : _rows.Slice(0, Count);
        return _starts.Length == 0 ? rows : rows with { Sparse = new SparseRows(_width, _starts, _slots, _values) };
    }
}
