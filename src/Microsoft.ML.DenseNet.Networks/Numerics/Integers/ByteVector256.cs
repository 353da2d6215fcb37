using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.DenseNet;

/// <summary>Eight lanes of four inputs: AVX-VNNI. On processors with 512-bit registers too, because .NET has no wider form of the instruction.</summary>
internal readonly struct ByteVector256 : IIntegerVector<ByteVector256>
{
    private readonly Vector256<int> _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ByteVector256(Vector256<int> value) => _value = value;

    public static bool IsSupported => AvxVnni.IsSupported;

    public static int Count => 8;

    public static int InputsPerWord => 4;

    public static int InputOffset => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ByteVector256 Create(int word) => new(Vector256.Create(word));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ByteVector256 Load(ref readonly int source, nuint offset) => new(Vector256.LoadUnsafe(in source, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ByteVector256 AddProducts(ByteVector256 sums, ByteVector256 inputs, ByteVector256 weights) =>
        new(AvxVnni.MultiplyWideningAndAdd(sums._value, inputs._value.AsByte(), weights._value.AsSByte()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreAsFloat(ref float destination, nuint offset) => Vector256.ConvertToSingle(_value).StoreUnsafe(ref destination, offset);
}
