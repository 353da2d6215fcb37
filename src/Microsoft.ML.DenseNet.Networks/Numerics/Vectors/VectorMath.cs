using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Elementary functions on vectors, without branches or tables. Each lane's result depends only on that lane, so a value produces
/// the same bits in any position. NaN stays NaN.
/// </summary>
/// <remarks>
/// The polynomials are minimax fits of relative error (Remez exchange, in double precision), of an order at which their own error is
/// below a third of single precision's rounding error. The bounds in ulp were measured with fused multiply-add; without it, Φ's lower
/// tail reaches a relative error of 4e-6.
/// </remarks>
internal static class VectorMath
{
    /// <summary>1.5 · 2²³: added to a number of magnitude below 2²², it rounds the number to an integer kept in the low bits.</summary>
    public const float RoundingShift = 12582912f;

    /// <summary>The bits of 1f: the biased exponent 127 in its place.</summary>
    public const int ExponentOfOne = 127 << 23;

    /// <summary>Below this, eˣ is no longer a normal number.</summary>
    private const float SmallestExponent = -87.33654f;

    private const float Log2OfE = 1.44269504f;

    // ln 2 in two parts (Cody and Waite): the first has so few bits that its product with the exponent is exact.
    private const float Ln2High = 0.693145752f;
    private const float Ln2Low = 1.42860677e-6f;

    /// <summary>eˣ for x ≤ 0, within 2 ulp; 0 where the result is below the smallest normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector ExpOfNegative<TVector>(TVector x)
        where TVector : struct, ISimdVector<TVector>
    {
        var bound = TVector.Create(SmallestExponent);
        var power = SplitExponential(TVector.WhereLess(x, bound, bound, x), out var fraction);
        return TVector.WhereLess(x, bound, default, TVector.MultiplyAdd(power, fraction, power));
    }

    /// <summary>eˣ, within 8 ulp; infinite where the result is above the largest number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp<TVector>(TVector x)
        where TVector : struct, ISimdVector<TVector>
    {
        // For x > 0 the square of the reciprocal of e^(−x/2), which is a normal number wherever eˣ is finite.
        var root = TVector.Create(1f) / ExpOfNegative(TVector.Create(-0.5f) * TVector.Abs(x));
        return TVector.WhereLess(default, x, root * root, ExpOfNegative(x));
    }

    /// <summary>eˣ − 1 for x ≤ 80, within 2 ulp even for small x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector ExpMinusOne<TVector>(TVector x)
        where TVector : struct, ISimdVector<TVector>
    {
        // Already at −20 the result is −1 to single precision.
        var bound = TVector.Create(-20f);
        var power = SplitExponential(TVector.WhereLess(x, bound, bound, x), out var fraction);
        return TVector.MultiplyAdd(power, fraction, power - TVector.Create(1f));
    }

    /// <summary>ln(1 + x) for 0 ≤ x ≤ 1, within 2 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector LogOnePlus<TVector>(TVector x)
        where TVector : struct, ISimdVector<TVector>
    {
        // ln(1 + x) = 2 artanh(s) with s = x / (2 + x) ≤ 1/3, and artanh(s) = s + s³ P(s²).
        var s = x / (x + TVector.Create(2f));
        var square = s * s;
        var series = TVector.Create(0.134305117f);
        series = TVector.MultiplyAdd(series, square, TVector.Create(0.141175204f));
        series = TVector.MultiplyAdd(series, square, TVector.Create(0.200038129f));
        series = TVector.MultiplyAdd(series, square, TVector.Create(0.333333200f));
        var doubled = s + s;
        return TVector.MultiplyAdd(doubled * square, series, doubled);
    }

    /// <summary>tanh x, within 3 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Tanh<TVector>(TVector x)
        where TVector : struct, ISimdVector<TVector>
    {
        // tanh |x| = t / (t + 2) with t = e^(2|x|) − 1; beyond 10 the result is 1 to single precision.
        var magnitude = TVector.Abs(x);
        var bound = TVector.Create(10f);
        magnitude = TVector.WhereLess(bound, magnitude, bound, magnitude);
        var t = ExpMinusOne(magnitude + magnitude);
        var result = t / (t + TVector.Create(2f));
        return TVector.WhereLess(x, default, -result, result);
    }

    /// <summary>1 / (1 + e⁻ˣ), within 3 ulp even if the result is small.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sigmoid<TVector>(TVector x)
        where TVector : struct, ISimdVector<TVector>
    {
        var one = TVector.Create(1f);
        var e = ExpOfNegative(-TVector.Abs(x));
        return TVector.WhereLess(x, default, e, one) / (one + e);
    }

    /// <summary>
    /// Φ(x), the normal distribution function, within 7 ulp even in the lower tail, down to the smallest normal number.
    /// </summary>
    /// <remarks>
    /// The tail is Q(z) = e^(−z²/2) · t · G(1 − 2t) with t = 4 / (4 + z), z = |x|; G is a polynomial of degree 9 for
    /// e^(z²/2) · Q(z) / t on 0 ≤ z ≤ 14.6, where it varies between 0.1 and 0.5.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector NormalDistribution<TVector>(TVector x)
        where TVector : struct, ISimdVector<TVector>
    {
        var one = TVector.Create(1f);
        var four = TVector.Create(4f);
        var half = TVector.Create(0.5f);

        var bound = TVector.Create(14.5f);
        var z = TVector.Abs(x);
        z = TVector.WhereLess(bound, z, bound, z);

        var t = four / (four + z);
        var q = TVector.MultiplyAdd(TVector.Create(-2f), t, one);
        var g = TVector.Create(-3.31083569e-5f);
        g = TVector.MultiplyAdd(g, q, TVector.Create(4.45928411e-5f));
        g = TVector.MultiplyAdd(g, q, TVector.Create(3.92397400e-4f));
        g = TVector.MultiplyAdd(g, q, TVector.Create(-8.78019476e-4f));
        g = TVector.MultiplyAdd(g, q, TVector.Create(-1.88125089e-3f));
        g = TVector.MultiplyAdd(g, q, TVector.Create(1.51009412e-2f));
        g = TVector.MultiplyAdd(g, q, TVector.Create(-4.66308715e-2f));
        g = TVector.MultiplyAdd(g, q, TVector.Create(9.67842260e-2f));
        g = TVector.MultiplyAdd(g, q, TVector.Create(-0.151974147f));
        g = TVector.MultiplyAdd(g, q, TVector.Create(0.188821284f));

        // The exponential would magnify the rounding error of z², so it is carried along: e^(−(s + r)/2) ≈ e^(−s/2) (1 − r/2).
        var square = z * z;
        var rest = TVector.MultiplyAdd(z, z, -square);
        var e = ExpOfNegative(-half * square);
        e = TVector.MultiplyAdd(-half * rest, e, e);

        var tail = t * g * e;
        return TVector.WhereLess(x, default, tail, one - tail);
    }

    /// <summary>cos(2πx) for |x| below 2²², within 3e-7 of the cosine of the product in single precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector CosineOfTurns<TVector>(TVector x)
        where TVector : struct, ISimdVector<TVector>
    {
        // cos(2πr) = 1 − 2 sin²(πr), with r the distance from the nearest integer; the series of the sine, to the order x¹¹.
        var shift = TVector.Create(RoundingShift);
        var r = TVector.Create(MathF.PI) * (x - ((x + shift) - shift));
        var square = r * r;
        var series = TVector.Create(-2.5052108e-8f);
        series = TVector.MultiplyAdd(series, square, TVector.Create(2.7557319e-6f));
        series = TVector.MultiplyAdd(series, square, TVector.Create(-1.9841270e-4f));
        series = TVector.MultiplyAdd(series, square, TVector.Create(8.3333333e-3f));
        series = TVector.MultiplyAdd(series, square, TVector.Create(-0.16666667f));
        var sine = TVector.MultiplyAdd(r * square, series, r);
        return TVector.MultiplyAdd(TVector.Create(-2f) * sine, sine, TVector.Create(1f));
    }

    /// <summary>eˣ = power · (1 + fraction), with power = 2ⁿ for the nearest n, for x from −87.3 to 88.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector SplitExponential<TVector>(TVector x, out TVector fraction)
        where TVector : struct, ISimdVector<TVector>
    {
        var shift = TVector.Create(RoundingShift);
        var shifted = TVector.MultiplyAdd(x, TVector.Create(Log2OfE), shift);
        var n = shifted - shift;

        // r is within ±ln(2)/2; e^r − 1 = r + r² P(r).
        var r = TVector.MultiplyAdd(n, TVector.Create(-Ln2High), x);
        r = TVector.MultiplyAdd(n, TVector.Create(-Ln2Low), r);
        var series = TVector.Create(1.39013099e-3f);
        series = TVector.MultiplyAdd(series, r, TVector.Create(8.36320006e-3f));
        series = TVector.MultiplyAdd(series, r, TVector.Create(4.16668541e-2f));
        series = TVector.MultiplyAdd(series, r, TVector.Create(0.166665770f));
        series = TVector.MultiplyAdd(series, r, TVector.Create(0.499999996f));
        fraction = TVector.MultiplyAdd(r * r, series, r);
        return TVector.PowerOfTwo(shifted);
    }
}
