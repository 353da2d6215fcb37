namespace Microsoft.ML.DenseNet;

/// <summary>
/// What makes sets of classes of probabilities: a class is in the set if the classes that are more probable have together at most
/// <paramref name="Limit"/>. So the most probable class always is. These are the adaptive prediction sets of Romano et al. (2020), without
/// their random choice at the border.
/// </summary>
/// <param name="Coverage">The share of rows whose class is to be in the set, above 0 and below 1.</param>
/// <param name="Limit">The limit that the trainer found on held-out rows, from 0 to 1.</param>
internal sealed record SetRule(double Coverage, float Limit)
{
    /// <summary><see cref="Limit"/>, or no limit at all if it is 1, which rounded sums of probabilities can exceed.</summary>
    public float Border => Limit < 1 ? Limit : float.MaxValue;

    /// <summary>Returns what does not match between this rule and a task, as a clause; null if everything does.</summary>
    public string? Misfit(LearningTask task)
    {
        if (task == LearningTask.Regression)
            return $"there are sets of classes for {task}";
        if (!(Coverage > 0 && Coverage < 1))
            return $"sets of classes have a coverage of {Coverage}; it must be between 0 and 1";
        return Limit is >= 0 and <= 1 ? null : $"sets of classes have a limit of {Limit}; it must be from 0 to 1";
    }

    /// <summary>Finds the classes in the set; returns how many there are.</summary>
    /// <param name="probabilities">The probability of each class.</param>
    /// <param name="isIncluded">Receives whether each class is in the set.</param>
    public int Apply(ReadOnlySpan<float> probabilities, Span<bool> isIncluded)
    {
        isIncluded.Clear();
        int count = 0;
        float before = 0;
        while (count < probabilities.Length && !(before > Border))
            before += Take(probabilities, isIncluded, out _, ref count);
        return count;
    }

    /// <summary>Returns the probability that the classes more probable than one have together: the lowest limit with which it is in the set.</summary>
    /// <param name="probabilities">The probability of each class.</param>
    /// <param name="label">The class.</param>
    public static float LimitOf(ReadOnlySpan<float> probabilities, int label)
    {
        bool[] taken = new bool[probabilities.Length];
        int count = 0;
        float before = 0;
        while (count < taken.Length)
        {
            float probability = Take(probabilities, taken, out int best, ref count);
            if (best == label)
                break;
            before += probability;
        }

        return before;
    }

    /// <summary>Takes the most probable class that is left, the first of equal ones, and returns its probability.</summary>
    private static float Take(ReadOnlySpan<float> probabilities, Span<bool> taken, out int best, ref int count)
    {
        best = -1;
        for (int i = 0; i < probabilities.Length; i++)
        {
            if (!taken[i] && (best < 0 || probabilities[i] > probabilities[best]))
                best = i;
        }

        taken[best] = true;
        count++;
        return probabilities[best];
    }
}
