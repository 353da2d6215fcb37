using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.DenseNet;

/// <summary>Eight lanes in a <see cref="Vector256{T}"/>.</summary>
internal readonly struct SimdVector256 : ISimdVector<SimdVector256>
{
    private readonly Vector256<float> _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private SimdVector256(Vector256<float> value) => _value = value;

    public static int Count => 8;

    public float First
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _value.ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256 Create(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256 Load(ref readonly float source, nuint offset) => new(Vector256.LoadUnsafe(in source, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256 operator +(SimdVector256 left, SimdVector256 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256 operator -(SimdVector256 left, SimdVector256 right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256 operator *(SimdVector256 left, SimdVector256 right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256 operator /(SimdVector256 left, SimdVector256 right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256 operator -(SimdVector256 value) => new(-value._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256 MultiplyAdd(SimdVector256 left, SimdVector256 right, SimdVector256 addend) =>
        new(Fma.IsSupported ? Vector256.FusedMultiplyAdd(left._value, right._value, addend._value) : (left._value * right._value) + addend._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256 Abs(SimdVector256 value) => new(Vector256.Abs(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256 SquareRoot(SimdVector256 value) => new(Vector256.Sqrt(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256 WhereLess(SimdVector256 left, SimdVector256 right, SimdVector256 then, SimdVector256 otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(left._value, right._value), then._value, otherwise._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256 NaNToZero(SimdVector256 value) =>
        new(Vector256.ConditionalSelect(Vector256.Equals(value._value, value._value), value._value, Vector256<float>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimdVector256 PowerOfTwo(SimdVector256 shifted) =>
        new(((Vector256.ShiftLeft(shifted._value.AsInt32(), 23)) + Vector256.Create(VectorMath.ExponentOfOne)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(SimdVector256 values, double factor, ref double sums)
    {
        var (lower, upper) = Vector256.Widen(values._value);
        var factors = Vector256.Create(factor);
        (Vector256.LoadUnsafe(ref sums) + (lower * factors)).StoreUnsafe(ref sums);
        (Vector256.LoadUnsafe(ref sums, 4) + (upper * factors)).StoreUnsafe(ref sums, 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float destination, nuint offset) => _value.StoreUnsafe(ref destination, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreLowBytes(ref byte destination, nuint offset)
    {
        var shorts = LowShorts;
        Vector128.Narrow(shorts, shorts).AsByte().GetLower().StoreUnsafe(ref destination, offset);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreLowShorts(ref short destination, nuint offset) => LowShorts.StoreUnsafe(ref destination, offset);

    private Vector128<short> LowShorts
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128.Narrow(_value.GetLower().AsInt32(), _value.GetUpper().AsInt32());
    }
}
