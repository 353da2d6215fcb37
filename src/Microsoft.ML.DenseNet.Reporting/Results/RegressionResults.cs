namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>True and predicted values of the rows a regression model is evaluated on.</summary>
public sealed class RegressionResults
{
    private readonly float[] _labels;
    private readonly float[] _predictions;

    /// <summary>Creates results from plain data.</summary>
    /// <param name="labels">The true values.</param>
    /// <param name="predictions">The predicted values.</param>
    public RegressionResults(IReadOnlyList<float> labels, IReadOnlyList<float> predictions)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(predictions);
        if (labels.Count == 0)
            throw new ArgumentException("There are no rows to judge by.", nameof(labels));
        if (labels.Count != predictions.Count)
            throw new ArgumentException($"There are {labels.Count} labels, but {predictions.Count} predictions.", nameof(predictions));
        _labels = [.. labels];
        _predictions = [.. predictions];
    }

    /// <summary>The true values.</summary>
    public IReadOnlyList<float> Labels => _labels;

    /// <summary>The predicted values.</summary>
    public IReadOnlyList<float> Predictions => _predictions;

    /// <summary>The number of rows.</summary>
    public int RowCount => _labels.Length;

    /// <summary>Reads the results from scored data: the label and the Score column.</summary>
    /// <param name="scored">What the model's <c>Transform</c> returned for the test data.</param>
    /// <param name="labelColumnName">The label column.</param>
    public static RegressionResults Read(IDataView scored, string labelColumnName = "Label") => ResultsReader.ReadValues(scored, labelColumnName);

    /// <summary>Returns the results of some of the rows.</summary>
    internal RegressionResults Of(IReadOnlyList<int> rows) => new([.. rows.Select(row => _labels[row])], [.. rows.Select(row => _predictions[row])]);

    /// <inheritdoc cref="ClassificationResults.Evaluate"/>
    public IReadOnlyList<MetricEstimate> Evaluate(double confidence = 0.95, int seed = 0) =>
        Bootstrap.Estimate(RegressionMetrics.Of(this), RowCount, 1, confidence, seed);
}
