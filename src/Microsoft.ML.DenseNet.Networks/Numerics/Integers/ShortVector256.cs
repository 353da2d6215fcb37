using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.DenseNet;

/// <summary>Eight lanes of two inputs: AVX2.</summary>
internal readonly struct ShortVector256 : IIntegerVector<ShortVector256>
{
    private readonly Vector256<int> _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ShortVector256(Vector256<int> value) => _value = value;

    public static bool IsSupported => Avx2.IsSupported;

    public static int Count => 8;

    public static int InputsPerWord => 2;

    public static int InputOffset => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortVector256 Create(int word) => new(Vector256.Create(word));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortVector256 Load(ref readonly int source, nuint offset) => new(Vector256.LoadUnsafe(in source, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortVector256 AddProducts(ShortVector256 sums, ShortVector256 inputs, ShortVector256 weights) =>
        new(sums._value + Avx2.MultiplyAddAdjacent(inputs._value.AsInt16(), weights._value.AsInt16()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreAsFloat(ref float destination, nuint offset) => Vector256.ConvertToSingle(_value).StoreUnsafe(ref destination, offset);
}
