namespace Microsoft.ML.DenseNet;

/// <summary>Counts the categories of a one-hot block, or predicted classes, that were listed in training.</summary>
/// <param name="statistics">Its distribution in training.</param>
/// <param name="name">Its name.</param>
/// <param name="nameOf">The name of a category's slot.</param>
internal sealed class CategoryDriftCounter(CategoryStatistics statistics, string name, Func<int, string> nameOf) : DriftCounter
{
    private readonly Dictionary<int, int> _places = statistics.Categories.Select((category, place) => (category.Category, place)).ToDictionary();
    private readonly double[] _listed = new double[statistics.Categories.Count];
    private double _other;
    private long _rows;
    private long _none;
    private long _unseen;

    public CategoryStatistics Statistics => statistics;

    /// <summary>Counts a row; returns why it is unlike those of the training, null if it is not.</summary>
    /// <param name="categories">The categories that it has, by their place in the block; usually one.</param>
    public RowFlag? Add(ReadOnlySpan<int> categories)
    {
        _rows++;
        if (categories.IsEmpty)
        {
            _none++;
            _unseen += statistics.NoneShare == 0 ? 1 : 0;
            return statistics.NoneShare == 0 ? new RowFlag(name, statistics.Slot, 0, RowFlagReason.UnseenCategory) : null;
        }

        RowFlag? flag = null;
        foreach (int category in categories)
        {
            if (_places.TryGetValue(category, out int place))
            {
                _listed[place] += 1.0 / categories.Length;
                continue;
            }

            _other += 1.0 / categories.Length;
            if (statistics.OtherShare == 0)
                flag ??= new RowFlag(nameOf(statistics.Slot + category), statistics.Slot + category, 1, RowFlagReason.UnseenCategory);
        }

        _unseen += flag is null ? 0 : 1;
        return flag;
    }

    public override FeatureDrift ToDrift(double trainingRows)
    {
        double[] now = [.. _listed.Select(count => count / _rows), _other / _rows, _none / (double)_rows];
        double[] then = [.. statistics.Categories.Select(category => category.Share), statistics.OtherShare, statistics.NoneShare];
        string[] names = [.. statistics.Categories.Select(category => nameOf(statistics.Slot + category.Category)), statistics.OtherShare == 0 ? "unseen" : "other", "none"];
        var (index, bins) = StabilityIndex.Of(then, trainingRows, now, _rows);
        return new FeatureDrift
        {
            Name = name,
            Slot = statistics.Slot,
            SlotCount = statistics.SlotCount,
            TrainingMissingShare = statistics.NoneShare,
            MissingShare = now[^1],
            OutsideShare = _unseen / (double)_rows,
            StabilityIndex = index,
            ChanceIndex = StabilityIndex.Chance(bins, trainingRows, _rows),
            Bins = [.. names.Select((bin, i) => new DriftBin(bin, then[i], now[i]))],
        };
    }
}
