using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.DenseNet;

/// <summary>One lane: a plain number.</summary>
internal readonly struct ScalarVector : ISimdVector<ScalarVector>
{
    private readonly float _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ScalarVector(float value) => _value = value;

    public static int Count => 1;

    public float First
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarVector Create(float value) => new(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarVector Load(ref readonly float source, nuint offset) => new(Unsafe.Add(ref Unsafe.AsRef(in source), offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarVector operator +(ScalarVector left, ScalarVector right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarVector operator -(ScalarVector left, ScalarVector right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarVector operator *(ScalarVector left, ScalarVector right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarVector operator /(ScalarVector left, ScalarVector right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarVector operator -(ScalarVector value) => new(-value._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarVector MultiplyAdd(ScalarVector left, ScalarVector right, ScalarVector addend) =>
        new(Fma.IsSupported || AdvSimd.IsSupported ? MathF.FusedMultiplyAdd(left._value, right._value, addend._value) : (left._value * right._value) + addend._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarVector Abs(ScalarVector value) => new(MathF.Abs(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarVector SquareRoot(ScalarVector value) => new(MathF.Sqrt(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarVector WhereLess(ScalarVector left, ScalarVector right, ScalarVector then, ScalarVector otherwise) =>
        left._value < right._value ? then : otherwise;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarVector NaNToZero(ScalarVector value) => float.IsNaN(value._value) ? default : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarVector PowerOfTwo(ScalarVector shifted) =>
        new(BitConverter.Int32BitsToSingle((BitConverter.SingleToInt32Bits(shifted._value) << 23) + VectorMath.ExponentOfOne));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ScalarVector values, double factor, ref double sums) => sums += values._value * factor;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float destination, nuint offset) => Unsafe.Add(ref destination, offset) = _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreLowBytes(ref byte destination, nuint offset) => Unsafe.Add(ref destination, offset) = unchecked((byte)BitConverter.SingleToInt32Bits(_value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreLowShorts(ref short destination, nuint offset) => Unsafe.Add(ref destination, offset) = unchecked((short)BitConverter.SingleToInt32Bits(_value));
}
