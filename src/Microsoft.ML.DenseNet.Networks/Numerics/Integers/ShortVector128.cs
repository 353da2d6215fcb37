using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.DenseNet;

/// <summary>Four lanes of two inputs: SSE2.</summary>
internal readonly struct ShortVector128 : IIntegerVector<ShortVector128>
{
    private readonly Vector128<int> _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ShortVector128(Vector128<int> value) => _value = value;

    public static bool IsSupported => Sse2.IsSupported;

    public static int Count => 4;

    public static int InputsPerWord => 2;

    public static int InputOffset => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortVector128 Create(int word) => new(Vector128.Create(word));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortVector128 Load(ref readonly int source, nuint offset) => new(Vector128.LoadUnsafe(in source, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortVector128 AddProducts(ShortVector128 sums, ShortVector128 inputs, ShortVector128 weights) =>
        new(sums._value + Sse2.MultiplyAddAdjacent(inputs._value.AsInt16(), weights._value.AsInt16()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreAsFloat(ref float destination, nuint offset) => Vector128.ConvertToSingle(_value).StoreUnsafe(ref destination, offset);
}
