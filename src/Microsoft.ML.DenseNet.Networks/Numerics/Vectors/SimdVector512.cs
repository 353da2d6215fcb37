using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.DenseNet;

/// <summary>Sixteen lanes in a <see cref="Vector512{T}"/>.</summary>
internal readonly struct SimdVector512 : ISimdVector<SimdVector512>
{
    private readonly Vector512<float> _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private SimdVector512(Vector512<float> value) => _value = value;

    public static int Count => SimdLanes.Most;

    public float First
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _value.ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512 Create(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512 Load(ref readonly float source, nuint offset) => new(Vector512.LoadUnsafe(in source, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512 operator +(SimdVector512 left, SimdVector512 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512 operator -(SimdVector512 left, SimdVector512 right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512 operator *(SimdVector512 left, SimdVector512 right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512 operator /(SimdVector512 left, SimdVector512 right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512 operator -(SimdVector512 value) => new(-value._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512 MultiplyAdd(SimdVector512 left, SimdVector512 right, SimdVector512 addend) =>
        new(Vector512.FusedMultiplyAdd(left._value, right._value, addend._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512 Abs(SimdVector512 value) => new(Vector512.Abs(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512 SquareRoot(SimdVector512 value) => new(Vector512.Sqrt(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512 WhereLess(SimdVector512 left, SimdVector512 right, SimdVector512 then, SimdVector512 otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(left._value, right._value), then._value, otherwise._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512 NaNToZero(SimdVector512 value) =>
        new(Vector512.ConditionalSelect(Vector512.Equals(value._value, value._value), value._value, Vector512<float>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector512 PowerOfTwo(SimdVector512 shifted) =>
        new(((Vector512.ShiftLeft(shifted._value.AsInt32(), 23)) + Vector512.Create(VectorMath.ExponentOfOne)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(SimdVector512 values, double factor, ref double sums)
    {
        var (lower, upper) = Vector512.Widen(values._value);
        var factors = Vector512.Create(factor);
        (Vector512.LoadUnsafe(ref sums) + (lower * factors)).StoreUnsafe(ref sums);
        (Vector512.LoadUnsafe(ref sums, 8) + (upper * factors)).StoreUnsafe(ref sums, 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float destination, nuint offset) => _value.StoreUnsafe(ref destination, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreLowBytes(ref byte destination, nuint offset) =>
        Avx512F.ConvertToVector128Byte(_value.AsInt32()).StoreUnsafe(ref destination, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreLowShorts(ref short destination, nuint offset) =>
        Avx512F.ConvertToVector256Int16(_value.AsInt32()).StoreUnsafe(ref destination, offset);
}
