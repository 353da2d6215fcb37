namespace Microsoft.ML.DenseNet;

/// <summary>For each value of a slot and each fold the number of rows, and the sum of labels for each class or for the one number.</summary>
internal sealed class TargetSums(int folds, int width)
{
    private readonly List<long> _counts = [];
    private readonly List<double> _sums = [];

    public CategoryMap Map { get; } = new();

    /// <summary>Adds a row.</summary>
    /// <param name="index">The value's number, at most one above the last.</param>
    /// <param name="fold">The row's fold.</param>
    /// <param name="labelSlot">The class; 0 for a number.</param>
    /// <param name="value">The label; 1 for a class.</param>
    public void Add(int index, int fold, int labelSlot, double value)
    {
        int place = (index * folds) + fold;
        if (place >= _counts.Count)
        {
            _counts.AddRange(Enumerable.Repeat(0L, folds));
            _sums.AddRange(Enumerable.Repeat(0.0, folds * width));
        }

        _counts[place]++;
        _sums[(place * width) + labelSlot] += value;
    }

    /// <summary>Returns the smoothed means of every value, by all rows or by those outside of a fold.</summary>
    /// <param name="exceptFold">The fold; null for none.</param>
    /// <param name="prior">The means of all rows.</param>
    /// <param name="smoothing">How many rows the prior is worth.</param>
    public double[] Means(int? exceptFold, double[] prior, double smoothing)
    {
        int values = _counts.Count / folds;
        double[] means = new double[values * width];
        double[] sums = new double[width];
        for (int index = 0; index < values; index++)
        {
            // Adds up the other folds rather than subtract one from the sum of all, where rounding would leave a trace of its labels.
            Array.Clear(sums);
            long count = 0;
            for (int fold = 0; fold < folds; fold++)
            {
                if (fold != exceptFold)
                    count += AddFold((index * folds) + fold, sums);
            }

            for (int slot = 0; slot < width; slot++)
                means[(index * width) + slot] = count == 0 ? prior[slot] : (sums[slot] + (smoothing * prior[slot])) / (count + smoothing);
        }

        return means;
    }

    private long AddFold(int place, double[] sums)
    {
        for (int slot = 0; slot < width; slot++)
            sums[slot] += _sums[(place * width) + slot];
        return _counts[place];
    }
}
