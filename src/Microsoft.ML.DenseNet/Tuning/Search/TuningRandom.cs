namespace Microsoft.ML.DenseNet;

/// <summary>The random numbers of one trial, which depend only on the seed and the trial's number.</summary>
internal sealed class TuningRandom(int seed, int trial)
{
    private ulong _state = SplitMix.Mix(SplitMix.Mix(unchecked((ulong)seed) + SplitMix.Golden) + unchecked((ulong)trial));

    /// <summary>Returns a number from 0 to below 1.</summary>
    public double NextUniform()
    {
        _state = unchecked(_state + SplitMix.Golden);
        return (SplitMix.Mix(_state) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>Returns a number from a standard normal distribution (Box and Muller).</summary>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(1 - NextUniform())) * Math.Cos(2 * Math.PI * NextUniform());

    /// <summary>Returns a whole number from 0 to below <paramref name="count"/>.</summary>
    public int Next(int count) => (int)(NextUniform() * count);
}
