namespace Microsoft.ML.DenseNet;

/// <summary>Where the values of a <see cref="TensorPlace"/> and their gradient are.</summary>
internal readonly unsafe struct TrainedValues(float* values, float* gradient)
{
    public float* Values { get; } = values;

    public float* Gradient { get; } = gradient;
}
