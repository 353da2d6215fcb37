namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>True classes and predicted probabilities of the rows a classifier is evaluated on.</summary>
public sealed class ClassificationResults
{
    private readonly int[] _labels;
    private readonly float[][] _probabilities;
    private readonly int[] _predicted;

    /// <summary>Creates results from plain data.</summary>
    /// <param name="classNames">The classes, at least two; if there are two, the second is the positive one.</param>
    /// <param name="labels">The number of each row's true class, from 0.</param>
    /// <param name="probabilities">Each row's probability of each class.</param>
    /// <param name="predictedClasses">
    /// The number of the class that the model predicts for each row, from 0, as a threshold other than one half decides it; null for the likeliest, or the first of equals.
    /// </param>
    public ClassificationResults(IReadOnlyList<string> classNames, IReadOnlyList<int> labels, IReadOnlyList<float[]> probabilities, IReadOnlyList<int>? predictedClasses = null)
    {
        ArgumentNullException.ThrowIfNull(classNames);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(probabilities);
        if (classNames.Count < 2)
            throw new ArgumentException($"{classNames.Count} classes were named; at least 2 are needed.", nameof(classNames));
        if (labels.Count == 0)
            throw new ArgumentException("There are no rows to judge by.", nameof(labels));
        if (labels.Count != probabilities.Count)
            throw new ArgumentException($"There are {labels.Count} labels, but probabilities of {probabilities.Count} rows.", nameof(probabilities));
        if (predictedClasses is not null && predictedClasses.Count != labels.Count)
            throw new ArgumentException($"There are {labels.Count} labels, but predicted classes of {predictedClasses.Count} rows.", nameof(predictedClasses));
        for (int row = 0; row < labels.Count; row++)
        {
            if (predictedClasses is not null && (predictedClasses[row] < 0 || predictedClasses[row] >= classNames.Count))
                throw new ArgumentException($"Predicted class {predictedClasses[row]} of row {row} is none of the {classNames.Count} classes, which count from 0.", nameof(predictedClasses));
            if (labels[row] < 0 || labels[row] >= classNames.Count)
                throw new ArgumentException($"Label {labels[row]} of row {row} is none of the {classNames.Count} classes, which count from 0.", nameof(labels));
            if (probabilities[row].Length != classNames.Count)
                throw new ArgumentException($"Row {row} has {probabilities[row].Length} probabilities; the {classNames.Count} classes need one each.", nameof(probabilities));
        }

        ClassNames = [.. classNames];
        _labels = [.. labels];
        _probabilities = [.. probabilities];
        _predicted = predictedClasses is null ? [.. probabilities.Select(Likeliest)] : [.. predictedClasses];
    }

    /// <summary>The classes; if there are two, the second is the positive one.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The number of each row's true class.</summary>
    public IReadOnlyList<int> Labels => _labels;

    /// <summary>The number of rows.</summary>
    public int RowCount => _labels.Length;

    /// <summary>Whether there are two classes, a negative and a positive one.</summary>
    public bool IsBinary => ClassNames.Count == 2;

    /// <summary>
    /// Reads the results from scored data: from Probability if the label is Boolean, from Score if it is a key, and the predicted class from
    /// PredictedLabel, which a threshold decides; the likeliest without such a column.
    /// </summary>
    /// <param name="scored">What the model's <c>Transform</c> returned for the test data.</param>
    /// <param name="labelColumnName">The label column.</param>
    /// <param name="classNames">Names for the classes; null for the label's own.</param>
    public static ClassificationResults Read(IDataView scored, string labelColumnName = "Label", IReadOnlyList<string>? classNames = null) =>
        ResultsReader.ReadClasses(scored, labelColumnName, classNames);

    /// <summary>Returns the probability that the model predicted for a row and a class.</summary>
    /// <param name="row">From 0 to below <see cref="RowCount"/>.</param>
    /// <param name="classNumber">The number of the class, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row or class.</exception>
    public double Probability(int row, int classNumber)
    {
        CheckNumber(row, RowCount, nameof(row));
        CheckNumber(classNumber, ClassNames.Count, nameof(classNumber));
        return _probabilities[row][classNumber];
    }

    /// <summary>Returns the class that the model predicts for a row: that of PredictedLabel, or the likeliest if none was given.</summary>
    /// <param name="row">From 0 to below <see cref="RowCount"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public int PredictedClass(int row)
    {
        CheckNumber(row, RowCount, nameof(row));
        return _predicted[row];
    }

    /// <summary>Returns the results of some of the rows.</summary>
    internal ClassificationResults Of(IReadOnlyList<int> rows) =>
        new(ClassNames, [.. rows.Select(row => _labels[row])], [.. rows.Select(row => _probabilities[row])], [.. rows.Select(row => _predicted[row])]);

    /// <summary>The class with the highest probability, the first of equals.</summary>
    internal static int Likeliest(float[] probabilities)
    {
        int best = 0;
        for (int i = 1; i < probabilities.Length; i++)
        {
            if (probabilities[i] > probabilities[best])
                best = i;
        }

        return best;
    }

    /// <summary>Computes the usual metrics with bootstrap confidence intervals.</summary>
    /// <param name="confidence">The confidence level of the intervals, above 0 and below 1.</param>
    /// <param name="seed">Determines which rows are drawn.</param>
    public IReadOnlyList<MetricEstimate> Evaluate(double confidence = 0.95, int seed = 0) =>
        Bootstrap.Estimate(ClassificationMetrics.Of(this), RowCount, ClassNames.Count, confidence, seed);

    private static void CheckNumber(int number, int count, string argument)
    {
        if (number < 0 || number >= count)
            throw new ArgumentOutOfRangeException(argument, number, $"{argument} is {number}; it must be from 0 to {count - 1}.");
    }

    internal int CountOf(int classNumber) => _labels.Count(label => label == classNumber);
}
