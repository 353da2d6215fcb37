namespace Microsoft.ML.DenseNet;

/// <summary>Synthetic rows, each with a class; made by <see cref="DenseNetDatasets.MakeClassification"/>.</summary>
public sealed class ClassificationDataset
{
    internal ClassificationDataset(float[][] features, int[] labels, int classCount, FeatureRole[] roles)
    {
        Features = features;
        Labels = labels;
        ClassCount = classCount;
        Roles = roles;
    }

    /// <summary>[rows][features].</summary>
    public float[][] Features { get; }

    /// <summary>The class of each row, from 0 to below <see cref="ClassCount"/>.</summary>
    public int[] Labels { get; }

    /// <summary>The number of classes, at least 2.</summary>
    public int ClassCount { get; }

    /// <summary>How each feature relates to the class, in the order of the features.</summary>
    public IReadOnlyList<FeatureRole> Roles { get; }

    /// <summary>
    /// Returns the rows as an <see cref="IDataView"/>: <c>Features</c>, a known-size vector of Single, and <c>Label</c>, which is Boolean
    /// for two classes (true for class 1), and otherwise a key whose values are the class numbers as text.
    /// </summary>
    /// <param name="mlContext">Creates the data view.</param>
    /// <param name="keyLabel">Whether the label is a key for two classes as well, as the multiclass trainers require.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public IDataView ToDataView(MLContext mlContext, bool keyLabel = false)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        return ClassCount == 2 && !keyLabel
            ? SyntheticRow<bool>.ToDataView(mlContext, Features, row => Labels[row] == 1)
            : SyntheticRow<uint>.ToDataView(mlContext, Features, row => (uint)Labels[row], ClassCount);
    }
}
