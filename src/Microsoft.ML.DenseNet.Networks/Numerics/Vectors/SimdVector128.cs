using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.DenseNet;

/// <summary>Four lanes in a <see cref="Vector128{T}"/>.</summary>
internal readonly struct SimdVector128 : ISimdVector<SimdVector128>
{
    private readonly Vector128<float> _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private SimdVector128(Vector128<float> value) => _value = value;

    public static int Count => 4;

    public float First
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _value.ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128 Create(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128 Load(ref readonly float source, nuint offset) => new(Vector128.LoadUnsafe(in source, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128 operator +(SimdVector128 left, SimdVector128 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128 operator -(SimdVector128 left, SimdVector128 right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128 operator *(SimdVector128 left, SimdVector128 right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128 operator /(SimdVector128 left, SimdVector128 right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128 operator -(SimdVector128 value) => new(-value._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128 MultiplyAdd(SimdVector128 left, SimdVector128 right, SimdVector128 addend) =>
        new(Fma.IsSupported || AdvSimd.IsSupported ? Vector128.FusedMultiplyAdd(left._value, right._value, addend._value) : (left._value * right._value) + addend._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128 Abs(SimdVector128 value) => new(Vector128.Abs(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128 SquareRoot(SimdVector128 value) => new(Vector128.Sqrt(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128 WhereLess(SimdVector128 left, SimdVector128 right, SimdVector128 then, SimdVector128 otherwise) =>
        new(Vector128.ConditionalSelect(Vector128.LessThan(left._value, right._value), then._value, otherwise._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128 NaNToZero(SimdVector128 value) =>
        new(Vector128.ConditionalSelect(Vector128.Equals(value._value, value._value), value._value, Vector128<float>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector128 PowerOfTwo(SimdVector128 shifted) =>
        new(((Vector128.ShiftLeft(shifted._value.AsInt32(), 23)) + Vector128.Create(VectorMath.ExponentOfOne)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(SimdVector128 values, double factor, ref double sums)
    {
        var (lower, upper) = Vector128.Widen(values._value);
        var factors = Vector128.Create(factor);
        (Vector128.LoadUnsafe(ref sums) + (lower * factors)).StoreUnsafe(ref sums);
        (Vector128.LoadUnsafe(ref sums, 2) + (upper * factors)).StoreUnsafe(ref sums, 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float destination, nuint offset) => _value.StoreUnsafe(ref destination, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreLowBytes(ref byte destination, nuint offset)
    {
        var shorts = Vector128.Narrow(_value.AsInt32(), _value.AsInt32());
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref destination, offset), Vector128.Narrow(shorts, shorts).AsUInt32().ToScalar());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreLowShorts(ref short destination, nuint offset) =>
        Vector128.Narrow(_value.AsInt32(), _value.AsInt32()).GetLower().StoreUnsafe(ref destination, offset);
}
