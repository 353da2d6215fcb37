using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Rows for a <see cref="GeneratedView"/>, each a function of its number.</summary>
internal static class GeneratedRows
{
    /// <summary>Five numbers, missing now and then; a third of the rows sparse.</summary>
    public static GeneratedRow Narrow(int row)
    {
        var random = new Random(row);
        float[] values = [.. Enumerable.Range(0, 5).Select(slot => slot == 3 && row % 11 == 0 ? float.NaN : (100 * slot) + random.NextSingle())];
        var features = row % 3 == 0 ? new VBuffer<float>(5, 2, values, [1, 3]) : new VBuffer<float>(5, values);
        return new GeneratedRow(features, random.NextSingle(), 1 + random.Next(3));
    }

    /// <summary>200 slots of which about eight are stored, one a zero; every fifth row dense.</summary>
    public static GeneratedRow Wide(int row)
    {
        var random = new Random(row);
        var slots = Enumerable.Range(0, 8).Select(_ => random.Next(200)).Append(7).Distinct().Order().ToArray();
        float[] values = [.. slots.Select(slot => slot == 7 ? row % 2 : slot == 9 ? float.NaN : random.Next(1, 9) - (slot / 40f))];
        var sparse = new VBuffer<float>(200, slots.Length, values, slots);
        return new GeneratedRow(row % 5 == 4 ? new VBuffer<float>(200, [.. sparse.DenseValues()]) : sparse, random.Next(2), 1 + random.Next(3));
    }

    /// <summary>Two classes: the sign of a product, which no linear model tells; six features, sorted by nothing.</summary>
    public static GeneratedRow Classes(int row)
    {
        var random = new Random(row);
        float[] values = [.. Enumerable.Range(0, 6).Select(slot => (float)((random.NextDouble() * 2) - 1) * (slot + 1))];
        return new GeneratedRow(new VBuffer<float>(6, values), values[0] * values[1] > 0.1 * values[2] ? 1 : 0, 1);
    }

    /// <summary>A number: a curved function of four features.</summary>
    public static GeneratedRow Numbers(int row)
    {
        var random = new Random(row);
        float[] values = [.. Enumerable.Range(0, 4).Select(slot => (float)((random.NextDouble() * 2) - 1))];
        return new GeneratedRow(new VBuffer<float>(4, values), 50 + (10 * (values[0] * values[0] + values[1])), 1);
    }

    /// <summary>The values of a row, zeros included.</summary>
    public static float[] Dense(GeneratedRow row) => [.. row.Features.DenseValues()];
}
