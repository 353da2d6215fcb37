using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>Training rows in three folds, each with the same share of every class.</summary>
internal sealed class TrainingFolds
{
    public const int Count = 3;

    private readonly IDataView _rows;
    private readonly TabularTask _task;
    private readonly double[] _labels;
    private readonly int[] _folds;

    public TrainingFolds(IDataView rows, TabularTask task, int seed)
    {
        (_rows, _task, _labels) = (rows, task, ReadLabels(rows, task));
        _folds = Assign([.. _labels.Select(label => task == TabularTask.Regression ? 0 : label)], seed);
    }

    /// <summary>The rows to train on when a fold is held out, and the held-out ones.</summary>
    public (IDataView Train, IDataView HeldOut) Split(int fold) =>
        (new RowSubset(_rows, [.. _folds.Select(of => of != fold)]), new RowSubset(_rows, [.. _folds.Select(of => of == fold)]));

    /// <summary>The sum of log-losses or squared errors over a fold's rows.</summary>
    /// <param name="fold">The fold.</param>
    /// <param name="scored">Its rows with predictions.</param>
    public double SumOfLosses(int fold, IDataView scored)
    {
        double[] labels = [.. _labels.Where((_, row) => _folds[row] == fold)];
        return _task switch
        {
            TabularTask.Binary => labels.Zip(scored.GetColumn<float>(ColumnNames.Probability), (label, probability) => QualityMetrics.Loss(label == 1 ? probability : 1 - probability)).Sum(),
            TabularTask.Multiclass => labels.Zip(scored.GetColumn<float[]>(ColumnNames.Score), (label, probabilities) => QualityMetrics.Loss(probabilities[(int)label])).Sum(),
            _ => labels.Zip(scored.GetColumn<float>(ColumnNames.Score), (label, score) => (score - label) * (score - label)).Sum(),
        };
    }

    /// <summary>The fold of each row: rows in random order, class by class, are dealt out in turn.</summary>
    private static int[] Assign(double[] classes, int seed)
    {
        int[] order = [.. Enumerable.Range(0, classes.Length)];
        new Random(seed).Shuffle(order);
        int[] folds = new int[classes.Length];
        foreach (var (place, row) in order.OrderBy(row => classes[row]).Index())
            folds[row] = place % Count;
        return folds;
    }

    /// <summary>Numbers, 0 and 1, or classes counted from 0.</summary>
    private static double[] ReadLabels(IDataView rows, TabularTask task) => task switch
    {
        TabularTask.Binary => [.. rows.GetColumn<bool>(ColumnNames.Label).Select(label => label ? 1.0 : 0)],
        TabularTask.Multiclass => [.. rows.GetColumn<uint>(ColumnNames.Label).Select(key => key - 1.0)],
        _ => [.. rows.GetColumn<float>(ColumnNames.Label).Select(label => (double)label)],
    };
}
