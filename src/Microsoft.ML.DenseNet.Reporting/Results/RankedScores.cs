namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Scores of one class against the rest, sorted once, for curves and their areas.</summary>
internal sealed class RankedScores
{
    private readonly int[] _order;
    private readonly double[] _scores;
    private readonly bool[] _isPositive;

    /// <summary>In score order: whether the row belongs to the class, and whether the next one scores lower.</summary>
    private readonly bool[] _hits;
    private readonly bool[] _ends;

    /// <param name="scores">Each row's score for the class.</param>
    /// <param name="isPositive">Whether the row belongs to the class.</param>
    public RankedScores(double[] scores, bool[] isPositive)
    {
        _order = [.. Enumerable.Range(0, scores.Length).OrderByDescending(row => scores[row])];
        (_scores, _isPositive) = (scores, isPositive);
        _hits = [.. _order.Select(row => isPositive[row])];
        _ends = [.. _order.Select((row, place) => place == _order.Length - 1 || scores[_order[place + 1]] != scores[row])];
    }

    /// <summary>The scores of a class in classification results.</summary>
    public static RankedScores Of(ClassificationResults results, int classNumber) => new(
        [.. Enumerable.Range(0, results.RowCount).Select(row => results.Probability(row, classNumber))],
        [.. results.Labels.Select(label => label == classNumber)]);

    /// <summary>Returns the curve's points from the strictest threshold to the laxest: rows with equal scores enter together.</summary>
    /// <param name="weights">How often each row counts; null for once.</param>
    public IEnumerable<ThresholdPoint> Points(int[]? weights = null)
    {
        double positives = 0, negatives = 0;
        for (int i = 0; i < _order.Length; i++)
        {
            int row = _order[i];
            double weight = weights?[row] ?? 1;
            if (_isPositive[row])
                positives += weight;
            else
                negatives += weight;
            if (i == _order.Length - 1 || _scores[_order[i + 1]] != _scores[row])
                yield return new ThresholdPoint(_scores[row], positives, negatives);
        }
    }

    /// <summary>The chance that a row of the class scores higher than another row, ties counting half; NaN if either kind is missing.</summary>
    public double AreaUnderRoc(int[]? weights = null)
    {
        double area = 0, positives = 0, negatives = 0, earlierPositives = 0, earlierNegatives = 0;
        for (int place = 0; place < _order.Length; place++)
        {
            int weight = weights is null ? 1 : weights[_order[place]];
            if (_hits[place])
                positives += weight;
            else
                negatives += weight;
            if (!_ends[place])
                continue;
            area += (negatives - earlierNegatives) * (positives + earlierPositives) / 2;
            (earlierPositives, earlierNegatives) = (positives, negatives);
        }

        return area / (positives * negatives);
    }

    /// <summary>Average precision: the precision at each threshold, weighted by the recall gained there; NaN without rows of the class.</summary>
    public double AveragePrecision(int[]? weights = null)
    {
        double sum = 0, positives = 0, negatives = 0, earlier = 0;
        for (int place = 0; place < _order.Length; place++)
        {
            int weight = weights is null ? 1 : weights[_order[place]];
            if (_hits[place])
                positives += weight;
            else
                negatives += weight;
            if (!_ends[place])
                continue;
            if (positives > earlier)
                sum += (positives - earlier) * positives / (positives + negatives);
            earlier = positives;
        }

        return sum / positives;
    }
}
