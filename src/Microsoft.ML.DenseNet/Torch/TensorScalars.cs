using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Microsoft.ML.DenseNet;

/// <summary>Torch's functions of a tensor and numbers: the only place where a number becomes a TorchSharp <see cref="Scalar"/>.</summary>
/// <remarks>
/// A <see cref="Scalar"/> has a finalizer, and TorchSharp's methods pass its native handle on without keeping the object alive. One
/// made by an implicit conversion (<c>x.mul(0.5)</c>, <c>x &gt; 0</c>) is garbage as soon as its handle has been read, so the finalizer
/// thread may free it while torch reads it. Here each one lives until the call has returned. A test finds conversions elsewhere.
/// TorchSharp's own methods make such conversions too: every sum (<c>x + y</c>, <c>add</c> and <c>add_</c> without alpha), <c>square</c>,
/// <c>leaky_relu</c>, <c>elu</c>, <c>softplus</c>, <c>softsign</c> and <c>mish</c>; that is why they have counterparts here. Tensors are
/// safe: the dispose scope in which they are created holds them.
/// </remarks>
internal static class TensorScalars
{
    private static readonly Scalar One = 1.ToScalar();

    /// <summary>x + y.</summary>
    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, alpha: One);

    /// <summary>x += y.</summary>
    public static Tensor PlusInPlace(this Tensor x, Tensor y) => x.add_(y, alpha: One);

    /// <summary>x².</summary>
    public static Tensor Square(this Tensor x) => x.mul(x);

    /// <summary>x + number.</summary>
    public static Tensor Add(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.add(scalar, One);
    }

    /// <summary>x += number.</summary>
    public static Tensor AddInPlace(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.add_(scalar, One);
    }

    /// <summary>x += factor · y.</summary>
    public static Tensor AddProductInPlace(this Tensor x, Tensor y, double factor)
    {
        using var scalar = factor.ToScalar();
        return x.add_(y, alpha: scalar);
    }

    /// <summary>x + y · z.</summary>
    public static Tensor AddProduct(this Tensor x, Tensor y, Tensor z) => x.addcmul(y, z, One);

    /// <summary>x · number.</summary>
    public static Tensor Multiply(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.mul(scalar);
    }

    /// <summary>x ·= number.</summary>
    public static Tensor MultiplyInPlace(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.mul_(scalar);
    }

    /// <summary>x /= number.</summary>
    public static Tensor DivideInPlace(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.div_(scalar);
    }

    /// <summary>x raised to the power of a number.</summary>
    public static Tensor Power(this Tensor x, double exponent)
    {
        using var scalar = exponent.ToScalar();
        return x.pow(scalar);
    }

    /// <summary>x &gt; number.</summary>
    public static Tensor IsAbove(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.gt(scalar);
    }

    /// <summary>x, at least <paramref name="minimum"/> and at most <paramref name="maximum"/>.</summary>
    public static Tensor Clamp(this Tensor x, double minimum, double maximum)
    {
        using Scalar low = minimum.ToScalar(), high = maximum.ToScalar();
        return x.clamp(low, high);
    }

    /// <summary>Like <see cref="Clamp"/>, in place.</summary>
    public static Tensor ClampInPlace(this Tensor x, double minimum, double maximum)
    {
        using Scalar low = minimum.ToScalar(), high = maximum.ToScalar();
        return x.clamp_(low, high);
    }

    /// <summary>x, at least <paramref name="minimum"/>.</summary>
    public static Tensor ClampMinimum(this Tensor x, double minimum)
    {
        using var scalar = minimum.ToScalar();
        return x.clamp_min(scalar);
    }

    /// <summary>x, at most <paramref name="maximum"/>.</summary>
    public static Tensor ClampMaximum(this Tensor x, double maximum)
    {
        using var scalar = maximum.ToScalar();
        return x.clamp_max(scalar);
    }

    /// <summary>Sets every value of x.</summary>
    public static Tensor FillInPlace(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.fill_(scalar);
    }

    /// <summary>A tensor of x's shape, type and device that holds one number.</summary>
    public static Tensor FullLike(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return full_like(x, scalar);
    }

    /// <summary>x where it is above 0, slope · x elsewhere.</summary>
    public static Tensor LeakyReLU(this Tensor x, double slope)
    {
        using var scalar = slope.ToScalar();
        return x.leaky_relu(scalar);
    }

    /// <summary>x where it is above 0, alpha · (eˣ − 1) elsewhere.</summary>
    public static Tensor ELU(this Tensor x, double alpha)
    {
        using Scalar scale = alpha.ToScalar(), one = 1.0.ToScalar();
        return x.elu(scale, one, one);
    }

    /// <summary>ln(1 + e^(beta x)) / beta; x where beta · x is above the threshold.</summary>
    public static Tensor Softplus(this Tensor x, double beta = 1, double threshold = 20)
    {
        var scaled = beta == 1 ? x : x.Multiply(beta);
        var smooth = functional.logsigmoid(scaled.neg()).Multiply(-1 / beta);
        return where(scaled.IsAbove(threshold), x, smooth);
    }

    /// <summary>x / (1 + |x|).</summary>
    public static Tensor Softsign(this Tensor x) => x.div(x.abs().Add(1));

    /// <summary>x · tanh(ln(1 + eˣ)).</summary>
    public static Tensor Mish(this Tensor x) => x.mul(x.Softplus().tanh());
}
