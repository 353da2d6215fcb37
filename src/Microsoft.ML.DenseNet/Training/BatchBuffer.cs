using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Memory for the rows of a batch, which is filled again for each: no step makes a tensor of its own.</summary>
/// <remarks>The tensors are on the CPU, contiguous, and belong to the dispose scope in which the buffer is made.</remarks>
internal sealed unsafe class BatchBuffer
{
    private readonly TrainingRows _rows;
    private readonly float* _features;
    private readonly float* _numbers;
    private readonly long* _classes;
    private readonly float* _weights;
    private readonly int _width;
    private readonly int _capacity;

    /// <param name="task">Decides the targets' type and shape.</param>
    /// <param name="capacity">The most rows.</param>
    /// <param name="width">The number of features.</param>
    /// <param name="hasWeights">Whether rows have weights.</param>
    public BatchBuffer(LearningTask task, int capacity, int width, bool hasWeights)
    {
        _capacity = capacity;
        _width = width;
        bool isMulticlass = task == LearningTask.MulticlassClassification;
        long[] shape = isMulticlass ? [capacity] : [capacity, 1];
        _rows = new TrainingRows(
            empty(capacity, width, ScalarType.Float32),
            empty(shape, isMulticlass ? ScalarType.Int64 : ScalarType.Float32),
            hasWeights ? empty(shape, ScalarType.Float32) : null);
        _features = (float*)TensorMemory.Pointer(_rows.Features);
        if (isMulticlass)
            _classes = (long*)TensorMemory.Pointer(_rows.Targets);
        else
            _numbers = (float*)TensorMemory.Pointer(_rows.Targets);
        if (_rows.Weights is { } weights)
            _weights = (float*)TensorMemory.Pointer(weights);
    }

    /// <summary>The rows that are filled.</summary>
    public int Count { get; set; }

    /// <summary>The features of a row.</summary>
    public Span<float> Features(int row) => new(_features + ((nint)row * _width), _width);

    public void SetTarget(int row, float label)
    {
        if (_classes is null)
            _numbers[row] = label;
        else
            _classes[row] = (long)label;
    }

    /// <param name="row">The row.</param>
    /// <param name="weight">Its weight; unused where rows have none.</param>
    public void SetWeight(int row, float weight)
    {
        if (_weights is not null)
            _weights[row] = weight;
    }

    /// <summary>The first <see cref="Count"/> rows as tensors.</summary>
    public TrainingRows ToRows() => Count == _capacity ? _rows : _rows.Slice(0, Count);
}
