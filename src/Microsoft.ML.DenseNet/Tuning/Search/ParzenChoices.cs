namespace Microsoft.ML.DenseNet;

/// <summary>The probability of each of several choices, estimated from those that were made and one more of each.</summary>
internal static class ParzenChoices
{
    /// <summary>Returns the probabilities.</summary>
    /// <param name="made">The indices of the choices that were made.</param>
    /// <param name="count">The number of choices.</param>
    public static double[] Of(IReadOnlyCollection<double> made, int count)
    {
        double[] probabilities = new double[count];
        Array.Fill(probabilities, 1);
        foreach (double choice in made)
            probabilities[(int)choice]++;
        return [.. probabilities.Select(weight => weight / (made.Count + count))];
    }

    /// <summary>Draws a choice.</summary>
    public static int Draw(double[] probabilities, TuningRandom random)
    {
        double left = random.NextUniform();
        for (int i = 0; i < probabilities.Length - 1; i++)
        {
            left -= probabilities[i];
            if (left < 0)
                return i;
        }

        return probabilities.Length - 1;
    }
}
