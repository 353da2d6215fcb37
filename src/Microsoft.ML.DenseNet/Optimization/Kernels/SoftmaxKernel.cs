using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>The exponentials of a softmax over many classes, and what is made of them, in vectors.</summary>
/// <remarks>Sums have the same bits at every vector width: value i always goes into partial sum i mod <see cref="Sums"/>.</remarks>
internal static class SoftmaxKernel
{
    /// <summary>The number of partial sums, a multiple of any vector's lanes.</summary>
    private const int Sums = 16;

    /// <summary>Computes eˣ⁻ᵐ for each x, with m the largest.</summary>
    /// <param name="x">The logits, at least one.</param>
    /// <param name="exponentials">Receives the exponentials.</param>
    /// <param name="offset">The sum of all x − m.</param>
    /// <param name="maximum">The largest logit.</param>
    /// <returns>The sum of the exponentials.</returns>
    public static float Exponentials(ReadOnlySpan<float> x, Span<float> exponentials, out float offset, out float maximum) => VectorWidths.Widest switch
    {
        VectorWidth.Vector512 => Exponentials<SimdVector512>(x, exponentials, out offset, out maximum),
        VectorWidth.Vector256 => Exponentials<SimdVector256>(x, exponentials, out offset, out maximum),
        VectorWidth.Vector128 => Exponentials<SimdVector128>(x, exponentials, out offset, out maximum),
        _ => Exponentials<ScalarVector>(x, exponentials, out offset, out maximum),
    };

    /// <inheritdoc cref="Exponentials(ReadOnlySpan{float}, Span{float}, out float, out float)"/>
    [SkipLocalsInit]
    public static float Exponentials<TVector>(ReadOnlySpan<float> x, Span<float> exponentials, out float offset, out float maximum)
        where TVector : struct, ISimdVector<TVector>
    {
        maximum = TensorPrimitives.Max(x);
        Span<float> sums = stackalloc float[Sums], offsets = stackalloc float[Sums], rest = stackalloc float[Sums];
        sums.Clear();
        offsets.Clear();
        int whole = x.Length / Sums * Sums, left = x.Length - whole;
        Add<TVector>(x[..whole], maximum, exponentials, sums, offsets);
        if (left > 0)
        {
            // Beyond the last value: e⁻∞ = 0 is added to the sum; the offsets are added one by one.
            rest.Fill(float.NegativeInfinity);
            x[whole..].CopyTo(rest);
            for (int i = 0; i < left; i++)
                offsets[i] += rest[i] - maximum;
            Span<float> unused = stackalloc float[Sums];
            Add<TVector>(rest, maximum, rest, sums, unused);
            rest[..left].CopyTo(exponentials[whole..]);
        }

        float sum = 0;
        offset = 0;
        for (int i = 0; i < Sums; i++)
        {
            sum += sums[i];
            offset += offsets[i];
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add<TVector>(ReadOnlySpan<float> x, float maximum, Span<float> exponentials, Span<float> sums, Span<float> offsets)
        where TVector : struct, ISimdVector<TVector>
    {
        ref float source = ref MemoryMarshal.GetReference(x), target = ref MemoryMarshal.GetReference(exponentials);
        ref float sum = ref MemoryMarshal.GetReference(sums), offset = ref MemoryMarshal.GetReference(offsets);
        var largest = TVector.Create(maximum);
        for (nuint start = 0; start < (nuint)x.Length; start += Sums)
        {
            for (nuint lane = 0; lane < Sums; lane += (nuint)TVector.Count)
            {
                var difference = TVector.Load(in source, start + lane) - largest;
                var exponential = VectorMath.ExpOfNegative(difference);
                exponential.Store(ref target, start + lane);
                (TVector.Load(in sum, lane) + exponential).Store(ref sum, lane);
                (TVector.Load(in offset, lane) + difference).Store(ref offset, lane);
            }
        }
    }
}
