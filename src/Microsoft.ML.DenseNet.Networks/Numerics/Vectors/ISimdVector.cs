namespace Microsoft.ML.DenseNet;

/// <summary>
/// A few single-precision numbers processed at once. Kernels are written once over this interface and specialized by the JIT
/// for each implementation, whose members all become single instructions.
/// </summary>
/// <remarks>
/// Every operation is either exact or correctly rounded by IEEE 754, so a kernel that combines a result's lanes in an order
/// independent of <see cref="Count"/> produces the same bits at every width. The one exception is
/// <see cref="MultiplyAdd"/> on a machine without fused multiply-add, which rounds twice: such a machine's results differ from
/// other machines' in the last bits, but still agree between its own widths.
/// </remarks>
internal interface ISimdVector<TSelf>
    where TSelf : struct, ISimdVector<TSelf>
{
    /// <summary>The number of lanes.</summary>
    static abstract int Count { get; }

    /// <summary>The same number in every lane.</summary>
    static abstract TSelf Create(float value);

    /// <summary>Reads the lanes, starting at <paramref name="offset"/>.</summary>
    static abstract TSelf Load(ref readonly float source, nuint offset);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator /(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf value);

    /// <summary><c>left · right + addend</c>, rounded once if the machine can.</summary>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, TSelf addend);

    static abstract TSelf Abs(TSelf value);

    static abstract TSelf SquareRoot(TSelf value);

    /// <summary>Lane by lane <c>left &lt; right ? then : otherwise</c>; a NaN is not below anything.</summary>
    static abstract TSelf WhereLess(TSelf left, TSelf right, TSelf then, TSelf otherwise);

    /// <summary>Replaces NaN with 0 and leaves anything else unchanged.</summary>
    static abstract TSelf NaNToZero(TSelf value);

    /// <summary>
    /// 2ⁿ, given <c>n + <see cref="VectorMath.RoundingShift"/></c>, for an integer n from −126 to 127. The shift leaves n in the low
    /// bits of the significand, from where it is shifted into the exponent.
    /// </summary>
    static abstract TSelf PowerOfTwo(TSelf shifted);

    /// <summary>Adds <c>factor · values</c>, computed in double precision, to <see cref="Count"/> doubles.</summary>
    static abstract void AddProduct(TSelf values, double factor, ref double sums);

    /// <summary>The first lane.</summary>
    float First { get; }

    /// <summary>Writes the lanes, starting at <paramref name="offset"/>.</summary>
    void Store(ref float destination, nuint offset);

    /// <summary>Writes the lowest byte of each lane's bits: of an integer in the low bits (see <see cref="VectorMath.RoundingShift"/>), the integer modulo 256.</summary>
    void StoreLowBytes(ref byte destination, nuint offset);

    /// <summary>The same for the lowest two bytes of each lane's bits.</summary>
    void StoreLowShorts(ref short destination, nuint offset);
}
