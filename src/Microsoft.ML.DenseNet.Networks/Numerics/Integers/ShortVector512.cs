using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.DenseNet;

/// <summary>Sixteen lanes of two inputs: AVX-512.</summary>
internal readonly struct ShortVector512 : IIntegerVector<ShortVector512>
{
    private readonly Vector512<int> _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ShortVector512(Vector512<int> value) => _value = value;

    public static bool IsSupported => Avx512BW.IsSupported;

    public static int Count => 16;

    public static int InputsPerWord => 2;

    public static int InputOffset => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortVector512 Create(int word) => new(Vector512.Create(word));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortVector512 Load(ref readonly int source, nuint offset) => new(Vector512.LoadUnsafe(in source, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortVector512 AddProducts(ShortVector512 sums, ShortVector512 inputs, ShortVector512 weights) =>
        new(sums._value + Avx512BW.MultiplyAddAdjacent(inputs._value.AsInt16(), weights._value.AsInt16()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreAsFloat(ref float destination, nuint offset) => Vector512.ConvertToSingle(_value).StoreUnsafe(ref destination, offset);
}
