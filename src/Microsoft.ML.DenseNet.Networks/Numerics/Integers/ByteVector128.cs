using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace Microsoft.ML.DenseNet;

/// <summary>Four lanes of four inputs: the dot product of ARMv8.2, which multiplies signed bytes.</summary>
internal readonly struct ByteVector128 : IIntegerVector<ByteVector128>
{
    private readonly Vector128<int> _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ByteVector128(Vector128<int> value) => _value = value;

    public static bool IsSupported => Dp.IsSupported;

    public static int Count => 4;

    public static int InputsPerWord => 4;

    public static int InputOffset => 128;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ByteVector128 Create(int word) => new(Vector128.Create(word));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ByteVector128 Load(ref readonly int source, nuint offset) => new(Vector128.LoadUnsafe(in source, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ByteVector128 AddProducts(ByteVector128 sums, ByteVector128 inputs, ByteVector128 weights) =>
        new(Dp.DotProduct(sums._value, inputs._value.AsSByte(), weights._value.AsSByte()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreAsFloat(ref float destination, nuint offset) => Vector128.ConvertToSingle(_value).StoreUnsafe(ref destination, offset);
}
