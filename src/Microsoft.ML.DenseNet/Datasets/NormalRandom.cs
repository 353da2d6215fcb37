namespace Microsoft.ML.DenseNet;

/// <summary>Seeded random numbers for synthetic data; the same seed gives the same numbers on every machine.</summary>
/// <param name="seed">Determines all numbers.</param>
internal sealed class NormalRandom(int seed)
{
    private readonly Random _random = new(seed);
    private double? _spare;

    /// <summary>From 0 to below 1.</summary>
    public double Uniform() => _random.NextDouble();

    /// <summary>From −1 to below 1.</summary>
    public double Signed() => 2 * _random.NextDouble() - 1;

    /// <summary>From 0 to below <paramref name="bound"/>.</summary>
    public int Integer(int bound) => _random.Next(bound);

    /// <summary>Standard normal, by Marsaglia's polar method.</summary>
    public double Normal()
    {
        if (_spare is { } spare)
        {
            _spare = null;
            return spare;
        }

        double x, y, square;
        do
        {
            x = Signed();
            y = Signed();
            square = x * x + y * y;
        }
        while (square is >= 1 or 0);

        double factor = Math.Sqrt(-2 * Math.Log(square) / square);
        _spare = y * factor;
        return x * factor;
    }

    /// <summary>Returns the numbers from 0 to below <paramref name="count"/> in random order.</summary>
    public int[] Permutation(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        _random.Shuffle(order);
        return order;
    }
}
