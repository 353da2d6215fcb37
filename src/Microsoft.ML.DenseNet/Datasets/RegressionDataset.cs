namespace Microsoft.ML.DenseNet;

/// <summary>Synthetic rows, each with a number; made by <see cref="DenseNetDatasets.MakeRegression"/>.</summary>
public sealed class RegressionDataset
{
    internal RegressionDataset(float[][] features, float[] labels, double[] coefficients, double bias)
    {
        Features = features;
        Labels = labels;
        Coefficients = coefficients;
        Bias = bias;
    }

    /// <summary>[rows][features].</summary>
    public float[][] Features { get; }

    /// <summary>The number to predict for each row.</summary>
    public float[] Labels { get; }

    /// <summary>The true coefficient of each feature; 0 for those without influence.</summary>
    public IReadOnlyList<double> Coefficients { get; }

    /// <summary>The constant term.</summary>
    public double Bias { get; }

    /// <summary>Returns the rows as an <see cref="IDataView"/>: <c>Features</c>, a known-size vector of Single, and <c>Label</c>, Single.</summary>
    /// <param name="mlContext">Creates the data view.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public IDataView ToDataView(MLContext mlContext)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        return SyntheticRow<float>.ToDataView(mlContext, Features, row => Labels[row]);
    }
}
