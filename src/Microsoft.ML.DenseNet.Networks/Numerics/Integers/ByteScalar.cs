using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>One lane of four inputs, in plain arithmetic: the reference for the others, and the fallback.</summary>
internal readonly struct ByteScalar : IIntegerVector<ByteScalar>
{
    private readonly int _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ByteScalar(int value) => _value = value;

    public static bool IsSupported => true;

    public static int Count => 1;

    public static int InputsPerWord => 4;

    public static int InputOffset => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ByteScalar Create(int word) => new(word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ByteScalar Load(ref readonly int source, nuint offset) => new(Unsafe.Add(ref Unsafe.AsRef(in source), offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ByteScalar AddProducts(ByteScalar sums, ByteScalar inputs, ByteScalar weights)
    {
        int sum = sums._value;
        for (int shift = 0; shift < 32; shift += 8)
            sum += (byte)(inputs._value >> shift) * (sbyte)(weights._value >> shift);
        return new(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreAsFloat(ref float destination, nuint offset) => Unsafe.Add(ref destination, offset) = _value;
}
