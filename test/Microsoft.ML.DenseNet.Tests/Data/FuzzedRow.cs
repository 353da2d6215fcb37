using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A random row, well formed or not. What it holds and what is wrong with it is known from how it was made.</summary>
/// <param name="Row">The row.</param>
/// <param name="Values">Its features with their zeros; of no meaning where they are malformed.</param>
/// <param name="Faults">The columns at fault.</param>
internal sealed record FuzzedRow(GeneratedRow Row, float[] Values, string[] Faults)
{
    private const int MostStored = 40;

    /// <summary>Whether the row counts, so that its faults do, too.</summary>
    public bool Counts => Row.Weight != 0;

    /// <summary>A row of which nothing is wrong.</summary>
    /// <param name="random">Decides all.</param>
    /// <param name="width">The number of features, at least 3.</param>
    /// <param name="label">The label.</param>
    public static FuzzedRow Good(Random random, int width, float label)
    {
        var values = new float[width];
        var features = Vector(random, values);
        return new FuzzedRow(new GeneratedRow(features, label, 1 + random.Next(3)), values, []);
    }

    /// <summary>A row that may be bad in each of its columns.</summary>
    /// <param name="random">Decides all.</param>
    /// <param name="width">The number of features, at least 3.</param>
    /// <param name="share">The share of bad rows among those that count; a fifth of all rows have weight 0, and most of them are bad.</param>
    public static FuzzedRow Any(Random random, int width, double share)
    {
        var row = Good(random, width, random.Next(2));
        var faults = new List<string>();
        bool counts = random.Next(5) > 0;
        if (!counts)
            share = 0.8;
        if (random.NextDouble() < share)
        {
            int columns = random.Next(1, 8);
            if ((columns & 1) > 0)
            {
                faults.Add("Features");
                row = row with { Row = row.Row with { Features = Malformed(random, width, row.Values) } };
            }

            if ((columns & 2) > 0)
            {
                faults.Add("Label");
                row = row with { Row = row.Row with { Label = Pick(random, float.NaN, float.PositiveInfinity, float.NegativeInfinity) } };
            }

            if ((columns & 4) > 0)
            {
                faults.Add("Weight");
                row = row with { Row = row.Row with { Weight = Pick(random, float.NaN, -1, float.PositiveInfinity, -float.Epsilon) } };
            }
        }

        if (!counts)
            row = row with { Row = row.Row with { Weight = Pick(random, 0f, -0f) } };
        return row with { Faults = [.. faults] };
    }

    /// <summary>A vector that breaks a rule: of another length, or sparse with indices out of range or out of order.</summary>
    public static VBuffer<float> Malformed(Random random, int width, float[] values)
    {
        int[] indices;
        do
        {
            indices = Indices(random, width);
        }
        while (indices.Length < 2);

        int place = random.Next(1, indices.Length);
        switch (random.Next(6))
        {
            case 0:
                int length = Pick(random, 0, 1, width - 1, width + 1, 2 * width);
                return new VBuffer<float>(length, new float[length]);
            case 1:
                indices[^1] = Pick(random, width, width + random.Next(1000), int.MaxValue);
                break;
            case 2:
                indices[0] = Pick(random, -1, -random.Next(1, 1000), int.MinValue);
                break;
            case 3:
                indices[place] = indices[place - 1];
                break;
            case 4:
                (indices[place], indices[place - 1]) = (indices[place - 1], indices[place]);
                break;
            default:
                indices[place] = Pick(random, width + random.Next(1000), -1); // in the middle
                break;
        }

        return new VBuffer<float>(width, indices.Length, [.. indices.Select((_, i) => values[i % values.Length])], indices);
    }

    /// <summary>Dense, sparse, or sparse with some zeros stored; fills in the values.</summary>
    private static VBuffer<float> Vector(Random random, float[] values)
    {
        int form = random.Next(4);
        if (form == 0)
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = Value(random);
            return new VBuffer<float>(values.Length, [.. values]);
        }

        int[] indices = form == 1 ? [] : Indices(random, values.Length);
        foreach (int index in indices)
            values[index] = form == 2 || random.Next(3) > 0 ? Value(random) : 0;
        return new VBuffer<float>(values.Length, indices.Length, [.. indices.Select(index => values[index])], indices);
    }

    /// <summary>Fewer than there are slots: a vector that stores all of them is dense.</summary>
    private static int[] Indices(Random random, int width) =>
        [.. Enumerable.Range(0, random.Next(1, MostStored)).Select(_ => random.Next(width)).Distinct().Take(width - 1).Order()];

    private static float Value(Random random) => (random.NextSingle() * 4) - 2;

    private static T Pick<T>(Random random, params T[] choices) => choices[random.Next(choices.Length)];
}
