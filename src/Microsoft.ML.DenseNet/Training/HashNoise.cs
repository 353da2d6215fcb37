using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Draws by hashing the number of the draw and the place of each value, on the device itself. TorchSharp makes generators for the CPU
/// only, and torch rejects one of those for a tensor on another device.
/// </summary>
/// <remarks>Integers wrap the same way everywhere, so every device draws the same.</remarks>
internal sealed class HashNoise : DropoutNoise
{
    private readonly ulong _seed;
    private readonly Device _device;
    private readonly Tensor _golden = Number(SplitMix.Golden), _first = Number(SplitMix.First), _second = Number(SplitMix.Second), _half = Number(32);
    private Tensor? _places;
    private long _draws;

    /// <param name="seed">Determines all draws.</param>
    /// <param name="device">Where values are dropped.</param>
    public HashNoise(int seed, Device device)
    {
        _seed = SplitMix.Mix((ulong)seed ^ SplitMix.Golden);
        _device = device;
    }

    public override Tensor Draw(Tensor like, double keep)
    {
        using var scope = NewDisposeScope();
        using Tensor key = Number(SplitMix.Mix(_seed + ((ulong)_draws++ * SplitMix.Golden))), bound = Number(Bound(keep));
        var hash = Places(like.numel()).Plus(key);
        Stir(hash, _first);
        Stir(hash, _second);
        return hash.lt(bound).to_type(like.dtype).view(like.shape).MoveToOuterDisposeScope();
    }

    public override void Save(ValueWriter state) => state.Write(_draws);

    public override void Load(ValueReader state) => _draws = state.ReadInt64();

    public override void Dispose()
    {
        _places?.Dispose();
        foreach (var constant in (Tensor[])[_golden, _first, _second, _half])
            constant.Dispose();
    }

    /// <summary>x = (x ^ (x >> 32)) · factor: the high bits, which the comparison looks at, then depend on all others.</summary>
    private void Stir(Tensor x, Tensor factor) => x.bitwise_xor_(x.bitwise_right_shift(_half)).mul_(factor);

    /// <summary>The multiples 0, 1, 2, ... of the golden ratio's number, the same tensor for every draw.</summary>
    private Tensor Places(long count)
    {
        if (_places is null || _places.numel() < count)
        {
            _places?.Dispose();
            _places = arange(count, ScalarType.Int64, _device).mul_(_golden).DetachFromDisposeScope();
        }

        return _places.narrow(0, 0, count);
    }

    /// <summary>The signed number below which a share of all 64-bit numbers lies.</summary>
    private static ulong Bound(double share) => unchecked((ulong)(long)Math.Clamp((share - 0.5) * Math.Pow(2, 64), long.MinValue, Math.BitDecrement(Math.Pow(2, 63))));

    /// <summary>A number as a tensor on the CPU: torch passes it to any device's kernel by value.</summary>
    private static Tensor Number(ulong value) => tensor(unchecked((long)value), ScalarType.Int64).DetachFromDisposeScope();
}
