namespace Microsoft.ML.DenseNet;

/// <summary>Finds the threshold that is best for a goal on scored rows.</summary>
internal static class ThresholdSearch
{
    /// <summary>Returns the threshold: halfway between two scores, the nearest to 0 among equally good ones.</summary>
    /// <param name="rows">The rows: their scores, whether they are positive, and their weights.</param>
    /// <param name="goal">The goal.</param>
    /// <exception cref="InvalidOperationException">The rows are of one class, or no threshold attains the goal.</exception>
    public static float Best(IReadOnlyList<(float Score, bool IsPositive, float Weight)> rows, ThresholdGoal goal)
    {
        double positives = rows.Sum(row => row.IsPositive ? row.Weight : 0.0), negatives = rows.Sum(row => row.IsPositive ? 0.0 : row.Weight);
        if (!(positives > 0 && negatives > 0))
            throw new InvalidOperationException($"A threshold is chosen between positive and negative rows, but the data has {rows.Count} rows of which {rows.Count(row => row.IsPositive)} are positive. Give rows of both classes, with weights above 0.");
        var sorted = rows.OrderByDescending(row => row.Score).ToArray();
        float? best = null;
        double bestValue = double.NegativeInfinity;
        double truePositives = 0, falsePositives = 0;
        Consider(sorted[0].Score, positives, negatives); // no row is above it
        for (int i = 0; i < sorted.Length; i++)
        {
            var (score, isPositive, weight) = sorted[i];
            truePositives += isPositive ? weight : 0;
            falsePositives += isPositive ? 0 : weight;
            if (i + 1 == sorted.Length)
                Consider(MathF.BitDecrement(score), positives, negatives);
            else if (sorted[i + 1].Score < score)
                Consider(Between(sorted[i + 1].Score, score), positives, negatives);
        }

        return best ?? throw new InvalidOperationException($"No threshold attains {goal} on these {rows.Count} rows: ask for less, or improve the model.");

        void Consider(float threshold, double allPositives, double allNegatives)
        {
            if (goal.Value(new ThresholdCounts(truePositives, falsePositives, allPositives, allNegatives)) is not { } value)
                return;
            if (best is { } earlier && (value < bestValue || (value == bestValue && Math.Abs(threshold) >= Math.Abs(earlier))))
                return;
            (best, bestValue) = (threshold, value);
        }
    }

    /// <summary>Returns a number from <paramref name="low"/> to below <paramref name="high"/>, in the middle if there is room.</summary>
    private static float Between(float low, float high)
    {
        if (low < 0 && high > 0)
            return 0; // the default serves as well
        float middle = low + ((high - low) / 2);
        return middle < high && float.IsFinite(middle) ? middle : low;
    }
}
