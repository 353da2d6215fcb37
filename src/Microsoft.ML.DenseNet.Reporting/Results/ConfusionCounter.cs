namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Counts rows by true and predicted class, with different weights each time.</summary>
internal sealed class ConfusionCounter
{
    private readonly int _classes;
    private readonly int[] _cells;

    public ConfusionCounter(ClassificationResults results)
    {
        _classes = results.ClassNames.Count;
        _cells = [.. Enumerable.Range(0, results.RowCount).Select(row => results.Labels[row] * _classes + results.PredictedClass(row))];
    }

    /// <summary>The weight of each cell: [true class, predicted class].</summary>
    public double[,] Of(int[] weights)
    {
        long[] sums = new long[_classes * _classes];
        for (int row = 0; row < weights.Length; row++)
            sums[_cells[row]] += weights[row];
        double[,] counts = new double[_classes, _classes];
        for (int cell = 0; cell < sums.Length; cell++)
            counts[cell / _classes, cell % _classes] = sums[cell];
        return counts;
    }
}
